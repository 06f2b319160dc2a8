// SPDX-License-Identifier: Apache-2.0
#include "core/apply/live_changes.h"

#include <algorithm>
#include <utility>

#include "core/config/entry_name.h"
#include "core/plan/diff.h"

namespace hookplan {
namespace {

Change change_of(ChangeKind kind, const Entry& entry, const Settings& settings) {
  Change change;
  change.kind = kind;
  change.entry = entry.name;
  change.after = state_of(entry, settings);
  change.lines_after = entry.lines;
  return change;
}

// What a rotation begins with: nobody knows since when the token should have been there.
EntryState any_token(const Change& change) {
  EntryState state = *change.after;
  state.token_created_after = kZeroInstant;
  return state;
}

// One that nobody asks for in the config.
Change rotation_of(const Entry& entry, const Settings& settings, Instant now) {
  Change change = change_of(ChangeKind::rotate, entry, settings);
  change.before = change.after;
  // An entry whose threshold is still to come is rotated like every other.
  change.after->token_created_after = std::max(now, next_nanosecond(entry.token_created_after));
  return change;
}

}  // namespace

std::vector<Change> changes_towards(const Snapshot& snapshot, const Settings& settings,
                                    const LiveState& live, std::optional<Instant> adopt) {
  std::vector<Change> changes;
  for (const EntryStatus& status : live.entries) {
    const auto found = std::ranges::lower_bound(snapshot.entries, status.entry, {}, &Entry::name);
    const bool is_listed = found != snapshot.entries.end() && found->name == status.entry;
    // What is extra in several stores goes from one after the other.
    if (!changes.empty() && changes.back().entry == status.entry) continue;
    // No entry: that they go is a change of a setting.
    if (status.entry == kGlobalEntry) continue;
    if (status.condition == Condition::extra) {
      Change change;
      change.kind = ChangeKind::remove;
      change.entry = status.entry;
      change.before.emplace();
      change.before->route = status.route;
      changes.push_back(std::move(change));
    } else if (is_listed && status.condition == Condition::outdated &&
               found->token_created_after > kZeroInstant) {
      Change change = change_of(ChangeKind::rotate, *found, settings);
      change.before = any_token(change);
      changes.push_back(std::move(change));
    } else if (is_listed &&
               (status.condition == Condition::missing || status.condition == Condition::drifted ||
                status.condition == Condition::outdated)) {
      changes.push_back(change_of(ChangeKind::onboard, *found, settings));
    } else if (is_listed && status.is_foreign && adopt) {
      changes.push_back(rotation_of(*found, settings, *adopt));
    }
  }
  return changes;
}

std::vector<Change> rotations(const Snapshot& snapshot, const Settings& settings,
                              std::string_view pattern, Instant now) {
  std::vector<Change> changes;
  for (const Entry& entry : snapshot.entries) {
    if (matches(pattern, entry.name)) changes.push_back(rotation_of(entry, settings, now));
  }
  return changes;
}

}  // namespace hookplan
