// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/outside.h"

namespace hookplan {

struct Child {
  std::vector<std::string> words = {};  // the program, found on the PATH if it is a name, and more
  std::vector<std::pair<std::string, std::string>> environment = {};  // beside our own
};

struct ChildOutput {
  enum class End { exited, killed, not_found, too_slow, too_much };
  End end = End::exited;
  int status = 0;  // of `exited`: the exit status; of `killed`: the signal
  Secret output = {};
};

// Runs a program without a shell, with nothing on its standard input and its standard error
// dropped, and collects what it writes. It is ended, with whatever it started, when the time is
// over. Others go on meanwhile, by the clock.
ChildOutput output_of(const Child& child, std::chrono::milliseconds max, Clock& clock);

}  // namespace hookplan
