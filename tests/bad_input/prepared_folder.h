// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bad_input/bad_case.h"

namespace hookplan::bad_input {

// Why the case cannot run here, in words; empty if it can.
std::string missing_need(const BadCase& bad_case);

// A temporary folder as the setup of a case leaves it; goes with the object.
class PreparedFolder {
 public:
  // Throws std::runtime_error, with what the setup printed, if it fails.
  explicit PreparedFolder(const BadCase& bad_case);
  PreparedFolder(const PreparedFolder&) = delete;
  PreparedFolder& operator=(const PreparedFolder&) = delete;
  ~PreparedFolder();

  std::filesystem::path top() const { return top_; }
  std::filesystem::path work() const { return top_ / "work"; }
  std::filesystem::path home() const { return top_ / "home"; }
  const std::vector<std::string>& environment() const { return environment_; }
  // The arguments of a run, from the name of the program on.
  std::vector<std::string> arguments(std::size_t run) const;

 private:
  std::filesystem::path top_;
  std::vector<std::string> environment_;
};

std::string content_of(const std::filesystem::path& file);

}  // namespace hookplan::bad_input
