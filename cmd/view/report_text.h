// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cmd/view/next_commands.h"
#include "cmd/view/styled_text.h"
#include "core/apply/live_state.h"
#include "core/apply/report.h"

namespace hookplan {

// What became of each entry, and what to do next, for a person.
std::string to_text(const ApplyReport& report, const TextStyle& style);

// The same for programs: canonical JSON and a line feed. core/apply/FORMAT.md describes it.
std::string to_json(const ApplyReport& report, int exit_code);

// "3 done, 1 failed"
std::string counted_outcomes(const ApplyReport& report);

// `next`: what leads on; see next_commands().
std::string to_text(const LiveState& live, const std::vector<NextCommand>& next,
                    const TextStyle& style);
std::string to_json(const LiveState& live, const std::vector<NextCommand>& next, int exit_code);

}  // namespace hookplan
