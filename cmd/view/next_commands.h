// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/apply/live_state.h"

namespace hookplan {

struct NextCommand {
  std::string command = {};  // complete, as it is typed into a shell
  std::string purpose = {};  // what it does about which conditions, in words
};

// What leads from how things are to how they should be, in the order in which it is done.
// `options`: those that the commands need to find the same things, each with a space before it.
std::vector<NextCommand> next_commands(const LiveState& live, const std::string& options);

}  // namespace hookplan
