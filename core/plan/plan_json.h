// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/plan/plan.h"

namespace hookplan {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kPredicateType = "https://hookplan.dev/change-plan/v1";
inline constexpr std::size_t kMaxPlanBytes = std::size_t{64} << 20;

// The plan as an in-toto Statement v1: canonical JSON on one line and a line feed. Equal plans are
// equal bytes. FORMAT.md and change-plan.schema.json describe it.
std::string to_json(const Plan& plan);

// The plan of a stored statement. Everything must be there and be understood (HP6001 to HP6003,
// kind plan_file), and the digests must fit the content (HP6004, kind altered). Nothing is verified
// about where the plan comes from. to_json(*plan_from_json(bytes, path)) are the same bytes.
Result<Plan> plan_from_json(std::string_view bytes, std::string_view path);

}  // namespace hookplan
