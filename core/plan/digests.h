// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/plan/plan.h"

namespace hookplan {

// The digests that bind an approval to what was approved. Both are "sha256:" and 64 hexadecimal
// digits, over a line that names the format, a line feed, and canonical JSON; FORMAT.md has the
// bytes. Nothing volatile is in them: no commit, clock or line number, so that merge, squash and
// rebase give the same digest.

// Over {after, before, entry, kind, scope}.
std::string change_digest(const Change& change);

// Over {changes, path, schema, settings}, changes in the order of the plan.
std::string intent_digest(std::string_view path, const std::vector<Change>& changes,
                          const std::vector<SettingChange>& settings);

// The state as it goes into the digests and into the stored plan.
void write_state(JsonWriter& json, const std::optional<EntryState>& state);

}  // namespace hookplan
