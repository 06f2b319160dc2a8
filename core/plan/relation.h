// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/plan/plan.h"

namespace hookplan {

// Pairs removals with onboardings that are the same repository under another name. A name that fits
// more than one partner is left alone: a wrong hint is worse than none.
void relate(std::vector<Change>& changes);

}  // namespace hookplan
