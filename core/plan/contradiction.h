// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/plan/plan.h"

namespace hookplan {

// Where a plan contradicts itself, in words; empty if it does not. Whoever makes a plan up could
// call a rotation a relaxation, lead a hook elsewhere in a change of another kind, or describe it
// in soothing words; so kinds, relations and words must be those that follow from what the changes
// say.
std::string contradiction(const Plan& plan);

}  // namespace hookplan
