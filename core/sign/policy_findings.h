// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/config/revisions.h"
#include "core/plan/make_plan.h"
#include "core/plan/plan.h"

namespace hookplan {

// What is wrong with the keys in the policies of both revisions: an error where the newer one
// breaks them, a warning where the older one had it.
std::vector<Diagnostic> policy_findings(const Revisions& revisions);

// The whole plan, with what the policies have to say about it: make_plan(), or make_live_plan()
// where there are `live_changes`. Whoever makes a plan for people, or makes one again, makes it
// here.
Plan make_judged_plan(Revisions revisions, std::optional<LiveChanges> live_changes, Instant now,
                      std::string_view tool_version);

// A notice of who must sign the plan, by the policy of the older revision; nothing where there is
// no policy, or nothing to sign.
std::optional<Diagnostic> signatures_needed(const Plan& plan, const Revisions& revisions);

}  // namespace hookplan
