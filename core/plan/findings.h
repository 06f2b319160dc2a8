// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

// What is to be said about the entries of one revision, whatever changed: names that their forge
// cannot have, entries that differ only in case, organizations beside their repositories,
// timestamps after `now`.
std::vector<Diagnostic> examine(const Snapshot& snapshot, const Settings& settings,
                                const PluginTypes& types, std::string_view path, Instant now);

struct Findings {
  std::vector<Diagnostic> diagnostics = {};  // errors first
  std::int64_t older = 0;                    // what the base has, too, and no change touches
};

// examine() for the newer revision, and what the changes themselves give reason to say. Findings
// about entries that no change touches are counted only: the change did not make them.
Findings findings(const Plan& plan, const Revisions& revisions, Instant now);

}  // namespace hookplan
