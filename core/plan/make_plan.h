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

// What leads from what is live to what one revision says.
struct LiveChanges {
  // REQUIRES: kind, entry, states and lines; the rest is worked out with the plan.
  std::vector<Change> changes = {};
  // Global tokens are stored that the revision does not respect: they go.
  bool retires_global = false;
};

// The plan of these; both sides of `revisions` are that revision, and so are both sides of the
// plan. No two revisions' plan looks like it, because those that are the same differ in nothing.
Plan make_live_plan(const Revisions& revisions, LiveChanges live, Instant now,
                    std::string_view tool_version);

}  // namespace hookplan
