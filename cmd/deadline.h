// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace hookplan {

// Ends the program with exit code 9 and one line on standard error when the time has passed,
// whatever it waits for then: a FIFO in a hostile repository, a dead network disk.
void set_deadline(std::chrono::seconds time);

}  // namespace hookplan
