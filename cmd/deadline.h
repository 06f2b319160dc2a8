// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace hookplan {

// What is said when the time has passed.
struct LastWords {
  std::string untouched;   // nothing was changed anywhere
  std::string afterwards;  // something may have been changed
};

// Ends the program with exit code 9 and its last words on standard error when the time has passed,
// whatever it waits for then: a FIFO in a hostile repository, a dead network disk.
void set_deadline(std::chrono::seconds time, LastWords words);

// Stops the deadline while somebody else takes the time, who has limits of their own: a person who
// is asked, systems that are called. Being ended between two calls would leave things half done.
class PausedDeadline {
 public:
  // After systems were called, anything may have changed; those that are only read change nothing.
  enum class For { a_person, reading, systems };

  explicit PausedDeadline(For whom);
  PausedDeadline(const PausedDeadline&) = delete;
  PausedDeadline& operator=(const PausedDeadline&) = delete;
  ~PausedDeadline();

 private:
  unsigned rest_;  // seconds; 0: there is no deadline
};

}  // namespace hookplan
