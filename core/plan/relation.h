// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/snapshot.h"
#include "core/plan/plan.h"

namespace hookplan {

// Pairs removals with onboardings that are, or may be, the same repository or organization under
// another name, and with another spelling that `kept` lists: there the hook is that one's. A name
// that fits more than one partner is left alone, for a wrong hint is worse than none; but several
// spellings of one name are one hook whatever their number. Relations that are there stay.
void relate(std::vector<Change>& changes, const std::vector<Entry>& kept);

// The change is a removal whose other spelling stays, as far as a plan shows that: it does not show
// what stays.
bool may_be_kept_spelling(const Change& change, const std::vector<Change>& changes);

}  // namespace hookplan
