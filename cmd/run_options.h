// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "cmd/deadline.h"
#include "cmd/event_file.h"
#include "cmd/interruption.h"
#include "cmd/progress.h"
#include "cmd/services.h"
#include "core/apply/apply.h"
#include "core/base/result.h"
#include "core/ports/outside.h"

namespace hookplan {

// What --only, --dry-run, --emergency, --remove-doubles, --parallel and --wait say.
Result<RunOptions> run_options_of(const CommandLine& line);

// What --deadline says, or the default, for a run whose tokens overlap for so long: whatever it
// began must have arrived before they go.
Result<void> fit_deadline(RunOptions& options, const CommandLine& line,
                          std::chrono::seconds overlap);

// Where people find what they must do: --handover, or a file of that name here.
std::filesystem::path handover_of(const CommandLine& line);

// The real outside of a run, as the command line describes it.
class RealOutside {
 public:
  // An error if the event file cannot be opened.
  // `observer`: who watches; null pointer: a ProgressView.
  static Result<std::unique_ptr<RealOutside>> make(const CommandLine& line, const Console& console,
                                                   const Settings& settings,
                                                   std::unique_ptr<Observer> observer = nullptr);
  RealOutside(const RealOutside&) = delete;
  RealOutside& operator=(const RealOutside&) = delete;

  const Outside& outside() const { return outside_; }
  Services& services() { return services_; }

 private:
  RealOutside(const CommandLine& line, const Settings& settings, std::unique_ptr<EventFile> events,
              std::unique_ptr<Observer> observer);

  PausedDeadline calling_{PausedDeadline::For::systems};  // every call has a deadline of its own
  SystemClock clock_;
  Services services_;
  Fibers fibers_;
  std::unique_ptr<EventFile> events_;
  std::unique_ptr<Observer> observer_;
  Outside outside_;
};

// The exit code of a run: where everything failed for one reason, that reason; where a part was
// done, that it goes on.
int exit_code_of(const ApplyReport& report);

// Runs as often as --await allows while people have something to confirm, shows the report and
// gives the exit code. `run_once` does one run.
Result<int> run_and_report(const CommandLine& line, const Console& console, RealOutside& real,
                           const std::function<ApplyReport()>& run_once, ApplyReport& report);

}  // namespace hookplan
