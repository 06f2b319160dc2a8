// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cmd/view/styled_text.h"
#include "core/base/diagnostic.h"

namespace hookplan {

// Diagnostics for a person: severity, code, message; place; remedy.
std::string to_text(const std::vector<Diagnostic>& diagnostics, const TextStyle& style);

// "config/prow/config.yaml:22:5", as far as it is known, with "(old)" for the older revision.
std::string place_of(const Location& where);

}  // namespace hookplan
