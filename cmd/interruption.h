// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/ports/outside.h"

namespace hookplan {

// From now on the first SIGINT or SIGTERM only asks to stop, so that the step at work is finished;
// the second ends the program at once with exit code 130, saying on standard error what was at work
// and `last_words`.
void stop_gently(std::string last_words);

// What is at work from now on, for the second signal to say.
void set_work(std::string_view what);
bool is_asked_to_stop();

// How long whoever waits may go without asking.
inline constexpr std::chrono::milliseconds kStopSlice{50};

// The clock of this machine; sleeping ends when the run is asked to stop.
class SystemClock final : public Clock {
 public:
  Instant now() override;
  std::chrono::milliseconds running() override;
  void sleep_for(std::chrono::milliseconds time) override;
};

}  // namespace hookplan
