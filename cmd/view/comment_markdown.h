// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/apply/report.h"
#include "core/base/diagnostic.h"
#include "core/plan/plan.h"
#include "core/ports/review_host.h"

namespace hookplan {

// The comment of a pull request below its mark (core/ports/review_host.h), in each situation; the
// mark tells since when the plan is the same and what was shown before. Each at most
// kMaxMarkdownBytes, mark included, and escaped as to_markdown() of a plan is.

// What the pull request would do.
std::string plan_comment(const Plan& plan, const ReviewMark& mark);

// No plan could be made: where the config or the settings are wrong, and what to do.
std::string problem_comment(const std::vector<Diagnostic>& problems, const ReviewMark& mark);

// After the merge: what became of each entry, what is still settling and until when. What failed
// comes first and is never cut.
std::string applied_comment(const Plan& plan, const ApplyReport& report, const ReviewMark& mark);

}  // namespace hookplan
