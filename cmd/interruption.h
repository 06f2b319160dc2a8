// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/apply/outside.h"

namespace hookplan {

// From now on the first SIGINT or SIGTERM only asks to stop, so that the step at work is finished;
// the second ends the program at once with exit code 130 and `last_words` on standard error.
void stop_gently(std::string last_words);
bool is_asked_to_stop();

// The clock of this machine; sleeping ends when the run is asked to stop.
class SystemClock final : public Clock {
 public:
  Instant now() override;
  void sleep_for(std::chrono::milliseconds time) override;
};

}  // namespace hookplan
