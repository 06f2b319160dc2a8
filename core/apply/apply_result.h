// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/apply/report.h"
#include "core/base/instant.h"

namespace hookplan {

inline constexpr std::string_view kApplyResultType = "https://hookplan.dev/apply-result/v1";

// What became of a plan, as an in-toto Statement v1 about it: the subject is the signed plan by its
// digest. For whoever must prove later what was done; core/apply/FORMAT.md describes it.
std::string apply_result(const ApplyReport& report, std::string_view plan_digest, Instant ended,
                         std::string_view tool_version);

}  // namespace hookplan
