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

}  // namespace hookplan
