// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/apply/engine/goal.h"
#include "core/apply/fresh_plan.h"

namespace hookplan {

// What applying the plan means. Nothing else turns a plan into work, and a plan that was not
// checked is no FreshPlan.
Work work_of(const FreshPlan& plan);

// The part of it that follows from a revision alone.
Work work_at(const Settings& settings, const Snapshot& snapshot);

}  // namespace hookplan
