// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/apply/apply.h"
#include "core/apply/engine/goal.h"
#include "core/ports/outside.h"

namespace hookplan {

// Brings the outside to the goals of `work`, and finishes what earlier runs left in the ledgers of
// its stores. There is no order of events, no kill and no lost answer after which a hook signs with
// a token that its receiver refuses, or will refuse if nobody ever runs again; and whatever
// happened, another run goes on from there. One entry that fails blocks no other, but for those
// that must come after it.
//
// For a hook: the store gets a new token beside the old ones; the receiver proves that it accepts
// it; the hook is set; a delivery is proven; after the overlap the superseded tokens go. Removals
// come last: the hook goes, then, after the overlap, its tokens.
ApplyReport run(const Work& work, const Outside& outside, const RunOptions& options);

}  // namespace hookplan
