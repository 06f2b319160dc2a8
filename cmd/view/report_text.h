// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

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

std::string to_text(const LiveState& live, const TextStyle& style);
std::string to_json(const LiveState& live, int exit_code);

}  // namespace hookplan
