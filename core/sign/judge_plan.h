// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/base/instant.h"
#include "core/plan/plan.h"
#include "core/sign/policy.h"

namespace hookplan {

// What the policy and the time have against a plan, signatures aside; the gravest first. The plan
// must be for what the policy allows, be valid now and not for too long, and hold neither an error
// nor a guard that blocks.
std::vector<Error> judge_plan(const Plan& plan, const Policy& policy, Instant now);

// Why a plan must not be signed, whoever signs it: an error, a guard that blocks (kinds `config`
// and `blocked`), or no validity, or one that is over (kind `expired`).
Result<void> check_signable(const Plan& plan, Instant now);

}  // namespace hookplan
