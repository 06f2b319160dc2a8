// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "core/sign/sign_plan.h"

namespace hookplan {

// Writes the envelope to `out`, or to standard output where that is empty, and says on standard
// error what was signed. Where `out` is the file that the plan came from, signatures that others
// put there meanwhile stay, and another plan that stands there now is not touched (kind `altered`).
Result<void> put_signed(const PlanFile& file, Added added, const CommandLine& line,
                        const std::string& out, const Console& console);

// Prints or writes a plan as --format, --out, --sign and their kin ask for, and gives the exit
// code. Only what can be applied is signed; of what cannot, the plan is shown and why.
Result<int> put_plan(Plan plan, const CommandLine& line, Instant now, const Console& console);

}  // namespace hookplan
