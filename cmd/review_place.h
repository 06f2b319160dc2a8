// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cmd/command_line.h"
#include "core/base/result.h"
#include "plugins/plugin.h"

namespace hookplan {

// The options of a command that say where changes are reviewed and how to log in there.
struct ReviewOptions {
  std::string_view repository = {};
  std::string_view token = {};
  std::string_view api = {};
};

// What these options say, or, without them, GITHUB_REPOSITORY and GITHUB_API_URL.
// REQUIRES: the command has them; the token is given.
Result<ReviewPlace> review_place_of(const CommandLine& line, const ReviewOptions& options);

// A variable of the environment; empty if it is not set.
std::string environment_variable(const char* name);

}  // namespace hookplan
