// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

// What is wrong with the keys in the policies of both revisions: an error where the newer one
// breaks them, a warning where the older one had it.
std::vector<Diagnostic> policy_findings(const Revisions& revisions);

// A notice of who must sign the plan, by the policy of the older revision; nothing where there is
// no policy, or nothing to sign.
std::optional<Diagnostic> signatures_needed(const Plan& plan, const Revisions& revisions);

}  // namespace hookplan
