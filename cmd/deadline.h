// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace hookplan {

// Ends the program with exit code 9 and `message` on standard error when the time has passed,
// whatever it waits for then: a FIFO in a hostile repository, a dead network disk.
void set_deadline(std::chrono::seconds time, std::string message);

}  // namespace hookplan
