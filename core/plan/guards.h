// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

bool is_protected(const Guards& guards, std::string_view entry);

// Judges the changes by the guards, which are those of the base revision. Each verdict says limit
// and observation, and the observation follows from the plan alone; one that blocks says how to get
// past it. They never change the plan.
std::vector<GuardVerdict> evaluate_guards(const Plan& plan, const Guards& guards);

}  // namespace hookplan
