// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hookplan::bad_input {

// Whether a result may be printed.
enum class Output { empty, used, any };

// One file of testdata/bad; its README says what the fields mean.
struct BadCase {
  std::string name = {};
  std::string title = {};
  std::string setup = {};  // shell lines that make the folder, whichever field they came from
  std::string given = {};  // the text of `config:` or `settings:`
  std::vector<std::string> runs = {};
  int exit_code = 0;
  std::string code = {};
  unsigned line = 0;
  unsigned column = 0;
  std::vector<std::string> says = {};
  std::vector<std::string> never_says = {};
  Output output = Output::empty;
  std::string stdout_to = {};
  std::string stdin_from = "/dev/null";
  std::vector<std::string> environment = {};
  std::optional<double> seconds = {};
  std::vector<std::string> needs = {};
};

// Throws std::runtime_error, with file and line, for what the README does not know: a misspelt
// expectation would be one that is never looked at.
BadCase read_case(const std::filesystem::path& file);

// All cases of a folder, sorted by name. Throws as read_case() does, and if there are none.
std::vector<BadCase> read_cases(const std::filesystem::path& folder);

}  // namespace hookplan::bad_input
