// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

// The plan that leads from the one revision to the other. `now` decides only whether a timestamp
// lies in the future. Deterministic; time is linear in the entries, up to a logarithm.
Plan make_plan(const Revisions& revisions, Instant now, std::string_view tool_version);

}  // namespace hookplan
