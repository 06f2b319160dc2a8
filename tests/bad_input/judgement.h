// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bad_input/bad_case.h"
#include "tests/bad_input/child_process.h"

namespace hookplan::bad_input {

struct Answer {
  ChildResult process = {};
  std::string output = {};
  std::string errors = {};
};

struct Limits {
  double seconds = 0;
  std::size_t megabytes = 0;
};

// What is wrong with an answer, in words: where it is not what the case expects, and where it is
// not what every answer must be. Empty if it is right.
std::vector<std::string> objections(const BadCase& bad_case, const Answer& answer,
                                    const Limits& limits);

}  // namespace hookplan::bad_input
