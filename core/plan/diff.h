// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/revisions.h"
#include "core/plan/plan.h"

namespace hookplan {

struct Difference {
  std::vector<Change> changes = {};  // without digests and words
  std::vector<SettingChange> settings = {};
  Summary summary = {};
};

// What a revision says of one of its entries.
EntryState state_of(const Entry& entry, const Settings& settings);

// Compares what two revisions mean: entries by name, thresholds as instants, routes where both
// revisions describe one. Order, style and position in the file do not matter. What is kept
// elsewhere is not removed.
Difference diff(const Revisions& revisions);

}  // namespace hookplan
