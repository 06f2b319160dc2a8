// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "core/apply/trusted_history.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/sign/policy.h"
#include "core/sign/verify.h"

namespace hookplan {

// Opens a plan for the trusted branch as open_plan() does. Where the policy lets reviews take the
// place of signatures, the plan lacks some, and --review-token says how to read reviews, those of
// the pull requests that the plan consists of are looked at, and the signed plans of --reviewed.
// Says what does not count.
Result<OpenedPlan> open_reviewed_plan(const CommandLine& line, const Console& console,
                                      std::string_view bytes, const Policy& policy,
                                      const TrustedBranch& trusted, Instant now);

}  // namespace hookplan
