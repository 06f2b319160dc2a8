// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/secret.h"

namespace hookplan {

// One JSON document with secrets in it, in memory that is wiped.
class SecretJson {
 public:
  // As it is: brackets, names, numbers.
  SecretJson& raw(std::string_view json);
  // As a JSON string.
  SecretJson& text(std::string_view text);
  SecretJson& text(const Secret& secret);
  // REQUIRES: called once, as the last.
  Secret take();

 private:
  Secret room_ = {};
  std::size_t size_ = 0;
};

}  // namespace hookplan
