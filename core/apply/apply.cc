// SPDX-License-Identifier: Apache-2.0
#include "core/apply/apply.h"

#include "core/apply/engine/run.h"
#include "core/apply/engine/work.h"

namespace hookplan {

ApplyReport apply(const FreshPlan& plan, const Outside& outside, const RunOptions& options) {
  return run(work_of(plan), outside, options);
}

ApplyReport apply(const StatePlan& plan, const Outside& outside, const RunOptions& options) {
  return run(work_of(plan), outside, options);
}

ApplyReport settle(const Settings& settings, const Snapshot& snapshot, const Outside& outside,
                   const RunOptions& options) {
  return run(work_at(settings, snapshot), outside, options);
}

}  // namespace hookplan
