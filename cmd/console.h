// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/view/styled_text.h"
#include "core/base/instant.h"
#include "core/plan/plan.h"

namespace hookplan {

// Everything the program takes from its surroundings and gives back to them, so that the commands
// themselves stay functions of their input.
struct Console {
  TextStyle output = {};  // of standard output
  TextStyle errors = {};  // of standard error

  bool quiet = false;  // with --quiet: results that programs read, and what is wrong, no more

  // Standard output, all of it, or an error of kind `output`.
  Result<void> print(std::string_view text) const;
  // The same for a report that people read; quiet: nothing.
  Result<void> print_text(std::string_view text) const;
  // Standard error; failing to complain is not complained about.
  void complain(std::string_view text) const;
  // Standard error, for what is good to know; quiet: nothing.
  void note(std::string_view text) const;
};

// Looks at the terminals and the environment: NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, COLUMNS.
// `color` is auto, always or never.
Console make_console(std::string_view color);

// The current time, or SOURCE_DATE_EPOCH; an error of kind `usage` if that is no number.
Result<Instant> plan_time();

// The clock of this machine, whatever the environment says.
Instant wall_clock();

// When the plan was made, as it says itself. What somebody asks for twice within a second, or under
// a fixed SOURCE_DATE_EPOCH, is two plans: of the second rotation nobody may say that it was done.
Instant moment_of(const Plan& plan, Instant now);

// Diagnostics in the way the command line asks for: text, or JSON with --format json.
std::string shown(const std::vector<Diagnostic>& diagnostics, int exit_code,
                  const CommandLine* line, const TextStyle& style);

// Shows an error in the way the command line asks for (text, or JSON with --format json) and
// returns its exit code.
int report(const Error& error, const CommandLine* line, const Console& console);

}  // namespace hookplan
