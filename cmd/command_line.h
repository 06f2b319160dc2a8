// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/command_table.h"
#include "core/base/result.h"

namespace hookplan {

// A command line that fits the table.
struct CommandLine {
  const CommandSpec* command = nullptr;
  std::map<std::string, std::string, std::less<>> values = {};  // options without a value: ""
  std::vector<std::string> words = {};
  std::map<std::string, std::vector<std::string>, std::less<>> lists = {};  // repeatable options

  bool has(std::string_view option) const { return values.find(option) != values.end(); }
  // The value of an option, or the default.
  std::string get(std::string_view option, std::string_view otherwise = {}) const;
  // Every value of an option that is repeatable, in order.
  std::vector<std::string> all(std::string_view option) const;
};

// Reads the words after the program's name. Half-typed options, options given twice, values that
// are not among the choices, and words too many or too few are errors of kind `usage`.
Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments);

// The line as it can be typed again, quoted for a shell. What stands for a secret is left out,
// because somebody may have typed the secret itself.
std::string typed_again(const CommandLine& line);

// Why a command is not known, with the nearest one that is.
Error unknown_command(std::string_view name);

}  // namespace hookplan
