// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/apply/live_state.h"
#include "core/plan/plan.h"

namespace hookplan {

// The changes that lead from what is live to what the revision asks for, as make_live_plan() takes
// them: onboards what is missing or has drifted, rotates what is outdated, removes what is extra.
// `adopt`: also rotates where a hook is not one of ours, so that its token is newer than that.
std::vector<Change> changes_towards(const Snapshot& snapshot, const Settings& settings,
                                    const LiveState& live, std::optional<Instant> adopt = {});

// Rotates every listed entry that fits the pattern: all tokens must be newer than `now`.
std::vector<Change> rotations(const Snapshot& snapshot, const Settings& settings,
                              std::string_view pattern, Instant now);

}  // namespace hookplan
