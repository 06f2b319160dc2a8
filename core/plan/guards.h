// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

// The stricter of both in each of their parts. A change cannot relax the guards that judge it, and
// whoever plans from an old base cannot go back to guards that were laxer then.
Guards stricter_of(const Guards& one, const Guards& other);

bool is_protected(const Guards& guards, std::string_view entry);

// Judges the changes by the guards, which are the stricter ones of both revisions. Each verdict
// says limit and observation, and the observation follows from the plan alone; one that blocks says
// how to get past it. They never change the plan.
std::vector<GuardVerdict> evaluate_guards(const Plan& plan, const Guards& guards);

}  // namespace hookplan
