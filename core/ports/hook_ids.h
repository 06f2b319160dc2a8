// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hookplan {

// What a forge calls a hook, and the repository or organization that has it. Names move on to
// somebody else, ids never do. Neither is secret; empty: not known.
struct HookIds {
  std::string hook = {};
  std::string target = {};

  bool is_empty() const { return hook.empty() && target.empty(); }
  bool operator==(const HookIds&) const = default;
};

}  // namespace hookplan
