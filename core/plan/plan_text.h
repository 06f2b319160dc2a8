// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/plan.h"

namespace hookplan {

struct TextStyle {
  bool colour = false;    // ANSI colours; they only repeat what signs and words say
  std::size_t width = 0;  // columns of the terminal; 0: as long as need be
};

// The plan for a person at a terminal or in a log: a line a change, removals first.
std::string to_text(const Plan& plan, const TextStyle& style);

// Diagnostics as to_text() shows them: severity, code, message; place; remedy.
std::string to_text(const std::vector<Diagnostic>& diagnostics, const TextStyle& style);

// "config/prow/config.yaml:22:5", as far as it is known, with "(old)" for the older revision.
std::string place_of(const Location& where);

// Changes in the order in which people read them: by kind, then entry.
std::vector<const Change*> in_reading_order(const std::vector<Change>& changes);

}  // namespace hookplan
