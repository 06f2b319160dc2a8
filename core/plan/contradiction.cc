// SPDX-License-Identifier: Apache-2.0
#include "core/plan/contradiction.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/plan/consequence.h"
#include "core/plan/guards.h"
#include "core/plan/relation.h"

namespace hookplan {
namespace {

constexpr std::array<std::string_view, 3> kGuards = {"max_removals", "protected", "empty_section"};

bool changes_route(const Change& change) {
  return change.before && change.after && change.before->route &&
         change.before->route != change.after->route;
}

// The kind that the two states call for; a reroute and a rotation of one entry stand side by side.
bool fits_kind(const Change& change) {
  const auto& before = change.before;
  const auto& after = change.after;
  switch (change.kind) {
    case ChangeKind::remove: return before && !after;
    case ChangeKind::onboard: return !before && after;
    case ChangeKind::reroute: return changes_route(change);
    case ChangeKind::rotate:
      return before && after && before->token_created_after < after->token_created_after;
    case ChangeKind::relax:
      return before && after && after->token_created_after < before->token_created_after;
  }
  return false;
}

// By the rules of every forge; those of its own count when the plan is made again.
bool has_name_problem(const Change& change, const Plan& plan) {
  if (change.kind != ChangeKind::onboard || name_problem(change.entry).empty()) return false;
  return std::ranges::none_of(plan.diagnostics, [&](const Diagnostic& each) {
    return each.code == Code::bad_entry_name && each.entry == change.entry;
  });
}

std::string name_of(const Change& change) {
  return fmt::format("{} {}", to_string(change.kind), excerpt(change.entry));
}

// The entry's changes, one after the other.
using Group = std::vector<const Change*>;

std::string contradiction_in(const Group& group) {
  const Change& first = *group.front();
  const bool alone = first.kind == ChangeKind::remove || first.kind == ChangeKind::onboard;
  if (group.size() > (alone ? 1U : 2U))
    return fmt::format("{} stands beside others", name_of(first));
  if (group.size() == 2) {
    const Change& second = *group.back();
    const bool pair = first.kind == ChangeKind::reroute && first.before == second.before &&
                      first.after == second.after;
    if (!pair) return fmt::format("{} contradicts {}", name_of(second), name_of(first));
  }
  if (first.kind != ChangeKind::reroute && changes_route(first)) {
    return fmt::format("{} changes the route and does not say so", name_of(first));
  }
  return {};
}

std::string contradiction_of_changes(const Plan& plan) {
  std::vector<Change> told = plan.changes;
  for (Change& change : told) {
    if (!may_be_kept_spelling(change, plan.changes)) change.relation.reset();
  }
  relate(told, {});
  Group group;
  for (std::size_t i = 0; i < plan.changes.size(); ++i) {
    const Change& change = plan.changes[i];
    if (!fits_kind(change)) return fmt::format("{} does not fit what it says", name_of(change));
    if (has_name_problem(change, plan)) {
      return fmt::format("{} cannot be a name on any forge, and no finding says so",
                         excerpt(change.entry));
    }
    describe(told[i], plan.overlap);
    if (told[i].relation != change.relation) {
      return fmt::format("the relation of {} does not follow from the changes", name_of(change));
    }
    if (told[i].reason != change.reason || told[i].consequence != change.consequence ||
        told[i].reversible != change.reversible) {
      return fmt::format("the words about {} are not those of this build", name_of(change));
    }
    if (i > 0) {
      const Change& last = plan.changes[i - 1];
      if (std::pair(last.entry, last.kind) >= std::pair(change.entry, change.kind)) {
        return fmt::format("{} is not in order, or stands there twice", name_of(change));
      }
      if (last.entry != change.entry) group.clear();
    }
    group.push_back(&change);
    const bool complete = i + 1 == plan.changes.size() || plan.changes[i + 1].entry != change.entry;
    if (!complete) continue;
    if (std::string problem = contradiction_in(group); !problem.empty()) return problem;
  }
  return {};
}

std::string contradiction_of_settings(const Plan& plan) {
  for (const SettingChange& setting : plan.settings) {
    if (setting.before == setting.after) return fmt::format("{} does not change", setting.name);
    SettingChange told = setting;
    describe(told);
    if (told.consequence != setting.consequence) {
      return fmt::format("the words about {} are not those of this build", setting.name);
    }
  }
  return {};
}

// What was observed follows from the changes; the limits are the base's and unknown here.
std::string contradiction_of_guards(const Plan& plan) {
  if (!std::ranges::equal(plan.guards, kGuards, {}, &GuardVerdict::id)) {
    return fmt::format("the guards are not {}", fmt::join(kGuards, ", "));
  }
  const std::vector<GuardVerdict> told = evaluate_guards(plan, Guards{});
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i].observed != plan.guards[i].observed) {
      return fmt::format("the guard {} observed something else", told[i].id);
    }
  }
  const bool touches_protected = std::ranges::any_of(plan.changes, [](const Change& change) {
    return change.is_protected && (change.ends_hook() || change.kind == ChangeKind::reroute);
  });
  if (touches_protected && plan.guards[1].result == GuardResult::pass) {
    return "a protected entry is touched, and the guard lets it pass";
  }
  return {};
}

}  // namespace

std::string contradiction(const Plan& plan) {
  if (plan.provenance.after.commit.empty()) return "there is no revision that the plan leads to";
  for (const auto& find :
       {contradiction_of_changes, contradiction_of_settings, contradiction_of_guards}) {
    if (std::string problem = find(plan); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace hookplan
