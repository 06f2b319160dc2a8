// SPDX-License-Identifier: Apache-2.0
#include "core/plan/relation.h"

#include <string>
#include <unordered_map>

#include "core/base/text.h"

namespace hookplan {
namespace {

struct Group {
  std::vector<Change*> removed;
  std::vector<Change*> onboarded;
};

// Changes without a key are left alone.
template <typename KeyOf>
void relate_by(RelationKind kind, std::vector<Change>& changes, KeyOf key_of) {
  std::unordered_map<std::string, Group> groups;
  for (Change& change : changes) {
    if (change.relation) continue;
    if (change.kind != ChangeKind::remove && change.kind != ChangeKind::onboard) continue;
    const std::string key = key_of(change);
    if (key.empty()) continue;
    Group& group = groups[key];
    (change.kind == ChangeKind::remove ? group.removed : group.onboarded).push_back(&change);
  }
  for (auto& [key, group] : groups) {
    if (group.removed.size() != 1 || group.onboarded.size() != 1) continue;
    group.removed.front()->relation = Relation{kind, group.onboarded.front()->entry};
    group.onboarded.front()->relation = Relation{kind, group.removed.front()->entry};
  }
}

}  // namespace

void relate(std::vector<Change>& changes) {
  relate_by(RelationKind::case_rename, changes,
            [](const Change& change) { return ascii_lower(change.entry); });
  relate_by(RelationKind::move, changes, [](const Change& change) {
    return change.scope() == Scope::repo ? ascii_lower(repository_of(change.entry)) : std::string();
  });
}

}  // namespace hookplan
