// SPDX-License-Identifier: Apache-2.0
// A stage that acts, and the ways in which somebody could try to give it a plan that nobody
// verified.
#include <string>

#include "core/sign/verify.h"

namespace hookplan {

void act(const VerifiedPlan& plan);

void give(const Plan& plan, const OpenedPlan& opened) {
#if defined(GIVE_VERIFIED)
  if (opened.plan) act(*opened.plan);
#elif defined(GIVE_PLAN)
  act(plan);
#elif defined(GIVE_BRACES)
  act({plan, std::string("sha256:")});
#elif defined(GIVE_CONSTRUCTOR)
  act(VerifiedPlan(plan, std::string("sha256:")));
#endif
  static_cast<void>(plan);
  static_cast<void>(opened);
}

}  // namespace hookplan
