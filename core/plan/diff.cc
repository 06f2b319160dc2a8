// SPDX-License-Identifier: Apache-2.0
#include "core/plan/diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/plan/relation.h"

namespace hookplan {
namespace {

class Comparison {
 public:
  explicit Comparison(const Revisions& revisions)
      : before_(revisions.before),
        after_(revisions.after),
        kept_elsewhere_(revisions.kept_elsewhere),
        routes_equal_(before_.settings_file.has_value() == after_.settings_file.has_value() &&
                      (!before_.settings_file ||
                       before_.settings_file->blob == after_.settings_file->blob)) {}

  Difference run() && {
    const std::vector<Entry>& old_entries = before_.snapshot.entries;
    const std::vector<Entry>& new_entries = after_.snapshot.entries;
    auto old_entry = old_entries.begin();
    auto new_entry = new_entries.begin();
    while (old_entry != old_entries.end() || new_entry != new_entries.end()) {
      if (new_entry == new_entries.end() ||
          (old_entry != old_entries.end() && old_entry->name < new_entry->name)) {
        remove(*old_entry++);
      } else if (old_entry == old_entries.end() || new_entry->name < old_entry->name) {
        onboard(*new_entry++);
      } else {
        compare(*old_entry++, *new_entry++);
      }
    }
    relate(result_.changes, new_entries);
    compare_flag("auto_accept_invitation", before_.snapshot.auto_accept_invitation,
                 after_.snapshot.auto_accept_invitation);
    compare_flag(kRespectGlobalToken, before_.snapshot.respect_legacy_global_token,
                 after_.snapshot.respect_legacy_global_token);
    return std::move(result_);
  }

 private:
  Change& add(ChangeKind kind, const Entry* old_entry, const Entry* new_entry) {
    Change& change = result_.changes.emplace_back();
    change.kind = kind;
    change.entry = new_entry != nullptr ? new_entry->name : old_entry->name;
    if (old_entry != nullptr) {
      change.before = state_of(*old_entry, before_.settings);
      change.lines_before = old_entry->lines;
    }
    if (new_entry != nullptr) {
      change.after = state_of(*new_entry, after_.settings);
      change.lines_after = new_entry->lines;
    }
    return change;
  }

  void remove(const Entry& entry) {
    if (kept_elsewhere_.contains(entry.name)) return;
    add(ChangeKind::remove, &entry, nullptr);
    ++result_.summary.remove;
  }

  void onboard(const Entry& entry) {
    add(ChangeKind::onboard, nullptr, &entry);
    ++result_.summary.onboard;
  }

  void compare(const Entry& old_entry, const Entry& new_entry) {
    bool changed = false;
    if (is_rerouted(old_entry.name)) {
      add(ChangeKind::reroute, &old_entry, &new_entry);
      ++result_.summary.reroute;
      changed = true;
    }
    if (old_entry.token_created_after < new_entry.token_created_after) {
      add(ChangeKind::rotate, &old_entry, &new_entry);
      ++result_.summary.rotate;
      changed = true;
    } else if (new_entry.token_created_after < old_entry.token_created_after) {
      add(ChangeKind::relax, &old_entry, &new_entry);
      ++result_.summary.relax;
      changed = true;
    }
    if (!changed) ++result_.summary.unchanged;
  }

  // Only where the older settings described a route: before that, nobody knows where the hook led.
  bool is_rerouted(std::string_view name) const {
    if (routes_equal_) return false;
    const Route* const old_route = route_of(before_.settings, name);
    if (old_route == nullptr) return false;
    const Route* const new_route = route_of(after_.settings, name);
    return new_route == nullptr || *old_route != *new_route;
  }

  void compare_flag(std::string_view name, const Flag& before, const Flag& after) {
    if (before.value == after.value) return;
    result_.settings.push_back(
        {std::string(name), before.value, after.value, before.lines, after.lines, {}});
  }

  const RevisionSide& before_;
  const RevisionSide& after_;
  const std::set<std::string>& kept_elsewhere_;
  bool routes_equal_;
  Difference result_;
};

}  // namespace

EntryState state_of(const Entry& entry, const Settings& settings) {
  EntryState state;
  state.token_created_after = entry.token_created_after;
  if (const Route* const route = route_of(settings, entry.name)) state.route = *route;
  return state;
}

Difference diff(const Revisions& revisions) { return Comparison(revisions).run(); }

}  // namespace hookplan
