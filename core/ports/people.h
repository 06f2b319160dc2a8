// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

// Where people set the hooks: what waits for them, and their word that it is done.
class People {
 public:
  virtual ~People() = default;

  // The entries for which something waits, sorted.
  virtual Result<std::vector<std::string>> waiting() = 0;

  // What waits for the entry is done. Kind `usage` (HP8107) if nothing waits; kind `unconfirmed`
  // (HP8108) if it changed since it was first written down.
  virtual Result<void> confirm(std::string_view entry) = 0;
};

}  // namespace hookplan
