// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "core/plan/plan.h"

namespace hookplan {

// What fits a comment on GitHub with room to spare (the limit there is 65,536).
inline constexpr std::size_t kMaxMarkdownBytes = 60'000;

// The plan for a pull request comment or a step summary: verdict and blocker first, self-contained,
// everything that comes from the config escaped. At most kMaxMarkdownBytes: first details are left
// out, then rows become lists, then onboardings are only counted. Removals and rotations are always
// listed; if even their names do not fit, the text says that the plan cannot be reviewed here.
std::string to_markdown(const Plan& plan);

}  // namespace hookplan
