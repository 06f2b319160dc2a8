// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

// The plan that leads from the one revision to the other. `now` decides only whether a timestamp
// lies in the future. Deterministic; time is linear in the entries, up to a logarithm.
Plan make_plan(const Revisions& revisions, Instant now, std::string_view tool_version);

// The plan of changes that lead from what is live to what one revision says; both sides of
// `revisions` are that revision, and so are both sides of the plan. No two revisions' plan looks
// like it, because those that are the same differ in nothing.
// REQUIRES: kind, entry, states and lines of the changes; the rest is worked out here.
Plan make_live_plan(const Revisions& revisions, std::vector<Change> changes, Instant now,
                    std::string_view tool_version);

}  // namespace hookplan
