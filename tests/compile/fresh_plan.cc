// SPDX-License-Identifier: Apache-2.0
// The ways in which somebody could try to apply what was not checked.
#include "core/apply/apply.h"
#include "core/apply/engine/goal.h"

namespace hookplan {

void give(const FreshPlan& fresh, const VerifiedPlan& verified, const Work& work,
          const StatePlan& state, const Outside& outside) {
#if defined(GIVE_FRESH)
  apply(fresh, outside, {});
#elif defined(GIVE_VERIFIED)
  apply(verified, outside, {});
#elif defined(GIVE_WORK)
  apply(work, outside, {});
#elif defined(GIVE_STATE)
  apply(state, outside, {});
#elif defined(GIVE_UNJUDGED)
  apply(state.plan(), outside, {});
#elif defined(GIVE_STATE_CONSTRUCTOR)
  apply(StatePlan(state.plan(), {}, Settings{}, Snapshot{}), outside, {});
#elif defined(GIVE_CONSTRUCTOR)
  apply(FreshPlan(verified, Settings{}, Snapshot{}), outside, {});
#endif
  static_cast<void>(fresh);
  static_cast<void>(verified);
  static_cast<void>(work);
  static_cast<void>(state);
  static_cast<void>(outside);
}

}  // namespace hookplan
