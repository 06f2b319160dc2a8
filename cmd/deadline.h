// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace hookplan {

// Ends the program with exit code 9 and `message` on standard error when the time has passed,
// whatever it waits for then: a FIFO in a hostile repository, a dead network disk.
void set_deadline(std::chrono::seconds time, std::string message);

// Stops the deadline for as long as a person is asked: the time that takes is not the program's.
class PausedDeadline {
 public:
  PausedDeadline();
  PausedDeadline(const PausedDeadline&) = delete;
  PausedDeadline& operator=(const PausedDeadline&) = delete;
  ~PausedDeadline();

 private:
  unsigned rest_;  // seconds; 0: there is no deadline
};

}  // namespace hookplan
