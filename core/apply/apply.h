// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/apply/fresh_plan.h"
#include "core/apply/outside.h"
#include "core/apply/report.h"
#include "core/apply/run.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"

namespace hookplan {

// Executes a plan, and finishes what earlier plans left. See run() for what is promised whatever
// goes wrong; running it again goes on where it stopped.
ApplyReport apply(const FreshPlan& plan, const Outside& outside, const RunOptions& options);

// Only finishes what earlier plans left in the stores that the settings name: hooks that were not
// switched yet, and tokens whose overlap has passed and whose successor is proven.
ApplyReport settle(const Settings& settings, const Snapshot& snapshot, const Outside& outside,
                   const RunOptions& options);

}  // namespace hookplan
