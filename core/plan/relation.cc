// SPDX-License-Identifier: Apache-2.0
#include "core/plan/relation.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "core/base/text.h"

namespace hookplan {
namespace {

struct Group {
  std::vector<Change*> removed;
  std::vector<Change*> onboarded;
};

// Changes that have no partner yet, by key. Those without a key are left alone.
template <typename KeyOf>
std::unordered_map<std::string, Group> grouped(std::vector<Change>& changes, KeyOf key_of) {
  std::unordered_map<std::string, Group> groups;
  for (Change& change : changes) {
    if (change.relation) continue;
    if (change.kind != ChangeKind::remove && change.kind != ChangeKind::onboard) continue;
    const std::string key = key_of(change);
    if (key.empty()) continue;
    Group& group = groups[key];
    (change.kind == ChangeKind::remove ? group.removed : group.onboarded).push_back(&change);
  }
  return groups;
}

template <typename KeyOf>
void relate_by(RelationKind kind, std::vector<Change>& changes, KeyOf key_of) {
  for (auto& [key, group] : grouped(changes, key_of)) {
    if (group.removed.size() != 1 || group.onboarded.size() != 1) continue;
    group.removed.front()->relation = Relation{kind, group.onboarded.front()->entry};
    group.onboarded.front()->relation = Relation{kind, group.removed.front()->entry};
  }
}

void relate_spellings(std::vector<Change>& changes) {
  const auto key_of = [](const Change& change) { return ascii_lower(change.entry); };
  for (auto& [key, group] : grouped(changes, key_of)) {
    if (group.removed.empty() || group.onboarded.empty()) continue;
    for (Change* const removed : group.removed)
      removed->relation = Relation{RelationKind::case_rename, group.onboarded.front()->entry};
    for (Change* const onboarded : group.onboarded)
      onboarded->relation = Relation{RelationKind::case_rename, group.removed.front()->entry};
  }
}

void relate_to_kept(std::vector<Change>& changes, const std::vector<Entry>& kept) {
  std::unordered_map<std::string, std::vector<Change*>> removals;
  for (Change& change : changes) {
    if (change.kind == ChangeKind::remove && !change.relation)
      removals[ascii_lower(change.entry)].push_back(&change);
  }
  if (removals.empty()) return;
  for (const Entry& entry : kept) {
    const auto found = removals.find(ascii_lower(entry.name));
    if (found == removals.end()) continue;
    for (Change* const removal : found->second)
      removal->relation = Relation{RelationKind::case_rename, entry.name};
  }
}

std::string repository_key(const Change& change) {
  return change.scope() == Scope::repo ? ascii_lower(repository_of(change.entry)) : std::string();
}

// All organizations have one key: no name can be it.
std::string owner_key(const Change& change) {
  return change.scope() == Scope::repo ? ascii_lower(organization_of(change.entry)) : "/";
}

}  // namespace

void relate(std::vector<Change>& changes, const std::vector<Entry>& kept) {
  relate_spellings(changes);
  relate_to_kept(changes, kept);
  relate_by(RelationKind::move, changes, repository_key);
  relate_by(RelationKind::rename, changes, owner_key);
}

bool may_be_kept_spelling(const Change& change, const std::vector<Change>& changes) {
  if (change.kind != ChangeKind::remove || !change.relation) return false;
  const std::string& other = change.relation->entry;
  if (change.relation->kind != RelationKind::case_rename || other == change.entry) return false;
  if (ascii_lower(other) != ascii_lower(change.entry)) return false;
  return std::ranges::none_of(changes, [&](const Change& each) {
    return each.entry == other &&
           (each.kind == ChangeKind::remove || each.kind == ChangeKind::onboard);
  });
}

}  // namespace hookplan
