// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace hookplan::bad_input {

struct ChildRequest {
  std::string program = {};
  std::vector<std::string> arguments = {};    // with the name of the program
  std::vector<std::string> environment = {};  // all of it, as NAME=value
  std::filesystem::path folder = {};
  std::string stdin_from = "/dev/null";
  std::string stdout_to = {};  // or `closed`
  std::string stderr_to = {};
};

struct ChildResult {
  bool started = false;
  bool killed = false;  // it did not end by itself in any sensible time
  int exit_code = -1;   // -1 if a signal ended it
  int signal = 0;
  double seconds = 0;          // by the clock on the wall
  double busy_seconds = 0;     // of processor time
  std::size_t peak_bytes = 0;  // of resident memory
};

// Runs a program to its end, or to ours.
ChildResult run_child(const ChildRequest& request);

}  // namespace hookplan::bad_input
