// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "core/plan/plan.h"

namespace hookplan {

// What fits a comment on GitHub with room to spare (the limit there is 65,536).
inline constexpr std::size_t kMaxMarkdownBytes = 60'000;

// What stands around a plan where it is shown; Markdown, each part a paragraph of its own.
struct PlanFrame {
  std::string note = {};           // below the verdict
  std::string footer = {};         // below everything
  std::size_t reserved_bytes = 0;  // of kMaxMarkdownBytes, for what the caller puts before it
};

// The plan for a pull request comment or a step summary. First what decides: the verdict, and a box
// with everything that stops deliveries. Then warnings and where deliveries go. Everything else is
// folded, with its number and what is the same for all of it in the heading. Self-contained;
// everything that comes from the config is escaped.
//
// At most kMaxMarkdownBytes, frame included. A large plan loses its links first, then tables become
// lists, then lists end with how many more there are; who stops sending events is never cut, unless
// those names alone are too long, and then the verdict says so. Size alone is no reason to block.
std::string to_markdown(const Plan& plan, const PlanFrame& frame = {});

}  // namespace hookplan
