// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/view/styled_text.h"
#include "core/plan/plan.h"

namespace hookplan {

// The plan for a person at a terminal or in a log: a line a change, removals first.
std::string to_text(const Plan& plan, const TextStyle& style);

// Changes in the order in which people read them: by kind, then entry.
std::vector<const Change*> in_reading_order(const std::vector<Change>& changes);

}  // namespace hookplan
