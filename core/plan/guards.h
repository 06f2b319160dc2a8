// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

bool is_protected(const Guards& guards, std::string_view entry);

// Judges the changes by the guards of the base revision. Each verdict says limit and observation;
// one that blocks says how to get past it. They never change the plan.
std::vector<GuardVerdict> evaluate_guards(const Plan& plan, const Revisions& revisions);

}  // namespace hookplan
