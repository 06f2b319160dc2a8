// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "core/apply/fresh_plan.h"
#include "core/apply/report.h"
#include "core/apply/state_plan.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"
#include "core/ports/outside.h"

namespace hookplan {

struct RunOptions {
  std::chrono::seconds patience = std::chrono::minutes{5};  // with a receiver that does not accept
  std::string only = {};  // a pattern of entries, see matches(); empty: all
  bool dry_run = false;   // looks only: nothing is minted, written or sent but to readers
  std::chrono::seconds lease_patience = {};  // with another run that is at work
  // When the run stops by itself, in good order. REQUIRES: less than overlap_beyond() allows.
  std::chrono::seconds deadline = std::chrono::minutes{30};
  std::size_t parallel = 50;     // entries under way at once, at the most
  bool is_emergency = false;     // mints a token even where an earlier rotation is not over
  bool removes_doubles = false;  // of several hooks of an entry on one URL all but the oldest
};

// Executes a plan, and finishes what earlier plans left. See run() for what is promised whatever
// goes wrong; running it again goes on where it stopped.
ApplyReport apply(const FreshPlan& plan, const Outside& outside, const RunOptions& options);

// The same for a plan that leads from what is live to what a config says. One without changes only
// finishes what earlier plans left.
ApplyReport apply(const StatePlan& plan, const Outside& outside, const RunOptions& options);

// Only finishes what earlier plans left in the stores that the settings name: hooks that were not
// switched yet, and tokens whose overlap has passed and whose successor is proven.
ApplyReport settle(const Settings& settings, const Snapshot& snapshot, const Outside& outside,
                   const RunOptions& options);

}  // namespace hookplan
