// SPDX-License-Identifier: Apache-2.0
#include "core/apply/apply.h"

namespace hookplan {

ApplyReport apply(const FreshPlan& plan, const Outside& outside, const RunOptions& options) {
  return run(work_of(plan), outside, options);
}

ApplyReport settle(const Settings& settings, bool respects_global, const Outside& outside,
                   const RunOptions& options) {
  Work work;
  for (const RouteRule& rule : settings.routes) work.routes.push_back(rule.route);
  work.overlap = settings.overlap;
  work.respects_global = respects_global;
  return run(work, outside, options);
}

}  // namespace hookplan
