// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/goal.h"

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
    goal.previous_routes.push_back(*change.before->route);
  }
  if (!change.relation) return goal;
  const bool is_respelled = change.relation->kind == RelationKind::case_rename;
  if (goal.wanted) {
    (is_respelled ? goal.respelled_from : goal.renamed_from) = change.relation->entry;
  } else {
    goal.keeps_hook = is_respelled;
    goal.after = change.relation->entry;
  }
  return goal;
}

// The hook of another spelling is kept where it leads to the same place; where it does not, it is
// for the spelling that stays to leave that place.
void leave_places_of_other_spellings(std::vector<Goal>& goals) {
  for (Goal& goal : goals) {
    if (goal.respelled_from.empty() || !goal.route) continue;
    const auto before = std::ranges::find(goals, goal.respelled_from, &Goal::entry);
    if (before == goals.end() || !before->route) continue;
    add_place(goal.previous_routes, *before->route, *goal.route);
  }
}

// Without a route an entry that had one is left alone: that is what its plan says.
bool asks_for_nothing(const Change& change) {
  return change.kind == ChangeKind::relax ||
         (change.kind == ChangeKind::reroute && !change.after->route);
}

}  // namespace

bool is_same_hook(const Route& one, const Route& other) {
  return one.receiver.fields == other.receiver.fields && one.store == other.store &&
         !are_on_other_services(one, other);
}

void add_place(std::vector<Route>& routes, const Route& route, const Route& kept) {
  const auto is_there = [&](const Route& other) { return is_same_hook(other, route); };
  if (!is_same_hook(route, kept) && std::ranges::none_of(routes, is_there)) routes.push_back(route);
}

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
      std::ranges::move(goal.previous_routes, std::back_inserter(known.previous_routes));
    } else {
      goals.push_back(std::move(goal));
    }
  }
  leave_places_of_other_spellings(goals);
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
  goal.previous_routes = unfinished.previous_routes;
  goal.after = unfinished.after;
  goal.keeps_hook = unfinished.keeps_hook;
  goal.plan = unfinished.plan;
  goal.is_left_over = true;
  return goal;
}

}  // namespace hookplan
