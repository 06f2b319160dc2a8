// SPDX-License-Identifier: Apache-2.0
#include "core/apply/goal.h"

#include <algorithm>
#include <utility>

namespace hookplan {
namespace {

Goal goal_of_change(const Change& change, const std::string& plan_digest) {
  Goal goal;
  goal.entry = change.entry;
  goal.kinds = to_string(change.kind);
  goal.wanted = change.kind != ChangeKind::remove;
  goal.plan = plan_digest;
  const EntryState& state = goal.wanted ? *change.after : *change.before;
  goal.route = state.route;
  if (goal.wanted) goal.threshold = state.token_created_after;
  if (change.kind == ChangeKind::reroute && change.before->route) {
    goal.old_routes.push_back(*change.before->route);
  }
  if (change.relation && change.relation->kind == RelationKind::case_rename) {
    if (goal.wanted) {
      goal.respelled_from = change.relation->entry;
    } else {
      goal.keeps_hook = true;
    }
  }
  if (!goal.wanted && change.relation) goal.after = change.relation->entry;
  return goal;
}

// Without a route an entry that had one is left alone: that is what its plan says.
bool asks_for_nothing(const Change& change) {
  return change.kind == ChangeKind::relax ||
         (change.kind == ChangeKind::reroute && !change.after->route);
}

}  // namespace

std::vector<Goal> goals_of(const std::vector<Change>& changes, const std::string& plan_digest) {
  std::vector<Goal> goals;
  for (const Change& change : changes) {
    if (asks_for_nothing(change)) continue;
    Goal goal = goal_of_change(change, plan_digest);
    if (!goals.empty() && goals.back().entry == goal.entry) {
      // A rotation beside a reroute: both say where the hook leads to, the reroute where it led.
      Goal& known = goals.back();
      known.kinds += ", " + goal.kinds;
      known.threshold = std::max(known.threshold, goal.threshold);
      std::ranges::move(goal.old_routes, std::back_inserter(known.old_routes));
    } else {
      goals.push_back(std::move(goal));
    }
  }
  return goals;
}

Goal goal_of(const std::string& entry, const LedgerEntry& unfinished) {
  Goal goal;
  goal.entry = entry;
  goal.kinds = "unfinished";
  goal.wanted = unfinished.wanted;
  // The token is there already: no other one is to be minted.
  goal.threshold = kZeroInstant;
  goal.route = unfinished.route;
  goal.old_routes = unfinished.old_routes;
  goal.plan = unfinished.plan;
  return goal;
}

}  // namespace hookplan
