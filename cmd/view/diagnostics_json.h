// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/diagnostic.h"

namespace hookplan {

// {"diagnostics":[...],"exit_code":N} and a line feed, each diagnostic as in a stored plan.
std::string diagnostics_to_json(const std::vector<Diagnostic>& diagnostics, int exit_code);

}  // namespace hookplan
