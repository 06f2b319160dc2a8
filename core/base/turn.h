// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "core/base/fibers.h"

namespace hookplan {

// What one fiber at a time may use.
struct Single {
  bool is_taken = false;
};

// Whoever has it is the one. Waits for its turn, which comes in the order of waiting.
class Turn {
 public:
  explicit Turn(Single& single) : single_(single) {
    // Outside of fibers nobody can have it.
    while (single.is_taken)
      Fibers::current()->wait([&] { return !single.is_taken; }, std::chrono::hours{1});
    single.is_taken = true;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { single_.is_taken = false; }

 private:
  Single& single_;
};

}  // namespace hookplan
