// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cmd/console.h"
#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "core/ports/outside.h"

namespace hookplan {

// Log lines on standard error as a Prow job has them: one JSON object a line with component, level,
// severity, msg and time, and what we know beside it (code, entry, hint, step). Alerts and lenses
// that look for level or severity find what they look for.
class HmacLog final : public Observer {
 public:
  explicit HmacLog(const Console& console) : console_(console) {}

  void info(std::string_view message) const;
  void say(const Diagnostic& diagnostic) const;
  void say(const Error& error) const;

  void run_started(std::size_t entries) override;
  // What changes something outside, when it is done, and what failed.
  void step(const StepEvent& event) override;
  void held_up(std::string_view why) override;

 private:
  const Console& console_;
};

// One line of it, with its line feed.
std::string log_line(Instant at, std::string_view level, std::string_view message,
                     const Diagnostic* about, const StepEvent* step);

}  // namespace hookplan
