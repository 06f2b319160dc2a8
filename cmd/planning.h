// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "core/config/revisions.h"
#include "core/plan/make_plan.h"

namespace hookplan {

// What --repo, --config-path, --settings and the words BASE and HEAD ask for; empty words are
// chosen.
Result<Revisions> read_revisions_of(const CommandLine& line, std::string base, std::string head);

// One revision on both sides; empty: HEAD.
Result<Revisions> read_revision_of(const CommandLine& line, const std::string& revision);

// Makes the plan of the revisions, or of `live_changes` to the one that is on both sides, and
// prints or writes it as put_plan() does. Every plan of this program is made here.
Result<int> put_plan_of(Revisions revisions, std::optional<LiveChanges> live_changes,
                        const CommandLine& line, Instant now, const Console& console);

}  // namespace hookplan
