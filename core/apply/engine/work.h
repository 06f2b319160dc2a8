// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/apply/engine/goal.h"
#include "core/apply/fresh_plan.h"
#include "core/apply/state_plan.h"

namespace hookplan {

// What applying the plan means. Nothing else turns a plan into work, and a plan that was not
// checked is neither of these.
Work work_of(const FreshPlan& plan);
Work work_of(const StatePlan& plan);

// The part of it that follows from a revision alone.
Work work_at(const Settings& settings, const Snapshot& snapshot);

}  // namespace hookplan
