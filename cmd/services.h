// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/ports/outside.h"

namespace hookplan {

class ManualForge;

// The plugins of this build behind the ports: which class serves a forge, a receiver or a store
// follows from its `type` in the settings. One object serves all routes that name the same thing.
class Services {
 public:
  explicit Services(const std::filesystem::path& handover);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  ~Services();

  // An error of kind `config` (HP8301, HP4006) that names the field where no plugin serves it.
  Result<Parts> parts_for(const Route& route);

  // Who waits for people.
  ManualForge& people();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
