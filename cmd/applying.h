// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "core/apply/live_state.h"
#include "core/apply/report.h"

namespace hookplan {

// The commands `apply`, `settle` and `status`, for whoever needs to know more than their exit code.

// As the line says: opens and verifies the plan, applies it, shows the report.
Result<int> apply_plan(const CommandLine& line, const Console& console, ApplyReport& report);

// As the line says: finishes what earlier plans left, shows the report.
Result<int> settle_rest(const CommandLine& line, const Console& console, ApplyReport& report);

// As the line says: looks at what is live and shows it.
Result<int> show_status(const CommandLine& line, const Console& console, LiveState& live);

}  // namespace hookplan
