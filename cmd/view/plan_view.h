// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cmd/view/styled_text.h"
#include "core/plan/plan.h"

namespace hookplan {

// The plan in one of the formats text, markdown and json.
std::string in_format(const Plan& plan, std::string_view format, const TextStyle& style);

}  // namespace hookplan
