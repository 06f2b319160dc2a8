// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace hookplan {

// A file of the CI runner to which a step adds what later steps (GITHUB_OUTPUT) or people
// (GITHUB_STEP_SUMMARY) read. Without a path nothing is kept.
class StepFile {
 public:
  // Of the variable of that name. An earlier step may run code that nobody reviewed, so a link in
  // the place of the file, or another name of it, is refused (HP8512): what is written there could
  // end up anywhere. A file that is missing is made.
  static Result<StepFile> open(const std::string& variable, const std::string& path);
  StepFile(StepFile&& other) noexcept;
  StepFile& operator=(StepFile&&) = delete;

  // Adds the text at the end.
  Result<void> append(std::string_view text);

  // Adds the text if the file stays below `most_bytes`, else the shorter one: runners drop a
  // summary that is too long as a whole.
  Result<void> append_within(std::size_t most_bytes, std::string_view text,
                             std::string_view instead);

 private:
  StepFile(int file, std::string variable) : file_(file), variable_(std::move(variable)) {}
  Descriptor file_;
  std::string variable_;
};

// An output in the form of GITHUB_OUTPUT that holds any value: between delimiters that nobody can
// guess, so that no value ends early and sets another output.
std::string output_line(std::string_view name, std::string_view value);

}  // namespace hookplan
