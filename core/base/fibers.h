// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace hookplan {

// Work that goes on side by side in one thread. A fiber runs until it waits; then another one that
// can go on does. So code reads as if it were alone, nothing is interrupted but where it waits, and
// nothing needs a lock: only what was known before a wait may be other after it.
//
// Everything that takes time waits by the fiber it runs in, and by nothing if it runs in none:
// Clock::sleep_for(), HttpClient::wait().
class Fibers {
 public:
  // What the fibers live in.
  struct Surroundings {
    // Time since some moment, by a clock that nobody sets.
    std::function<std::chrono::milliseconds()> now;
    // Called when every fiber waits. Returns when something may have happened that one of them
    // waits for, after so much time at the latest.
    std::function<void(std::chrono::milliseconds at_most)> idle;
    // Which of so many fibers that can go on does; nothing: the one that waited longest.
    std::function<std::size_t(std::size_t count)> choose = {};
  };
  explicit Fibers(Surroundings surroundings);
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;
  ~Fibers();

  // Runs each of the functions in a fiber of its own until all have ended. If one throws, the
  // others are given up where they wait, their stacks are unwound, and the exception goes on.
  // REQUIRES: not called by one of these fibers.
  void run(const std::vector<std::function<void()>>& bodies);

  // Those whose fiber this code runs in; null pointer: none.
  static Fibers* current();

  // The fiber goes on when `is_over` says so, or so much time has passed. Others go first in any
  // case. REQUIRES: called by one of these fibers.
  void wait(const std::function<bool()>& is_over, std::chrono::milliseconds at_most);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
