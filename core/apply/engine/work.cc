// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/work.h"

#include <algorithm>

namespace hookplan {

Work work_at(const Settings& settings, const Snapshot& snapshot) {
  Work work;
  work.listed.reserve(snapshot.entries.size());
  for (const Entry& entry : snapshot.entries) {
    const Route* const route = route_of(settings, entry.name);
    work.listed.push_back({entry.name, route == nullptr ? std::nullopt : std::optional(*route)});
  }
  for (const RouteRule& rule : settings.routes) work.routes.push_back(rule.route);
  work.overlap = settings.overlap;
  work.accepts_invitations = snapshot.auto_accept_invitation.value;
  work.respects_global = snapshot.respect_legacy_global_token.value;
  return work;
}

namespace {

// A rotation that follows from no threshold of the config was asked for by somebody.
void mark_requested(std::vector<Goal>& goals, const Snapshot& snapshot) {
  for (Goal& goal : goals) {
    const auto listed = std::ranges::lower_bound(snapshot.entries, goal.entry, {}, &Entry::name);
    goal.is_requested = goal.wanted && listed != snapshot.entries.end() &&
                        listed->name == goal.entry && goal.threshold > listed->token_created_after;
  }
}

// The plan's part of the work.
void add_plan(const Plan& plan, const std::string& digest, Work& work) {
  work.goals = goals_of(plan.changes, digest);
  work.plan = LedgerPlan{digest,
                         plan.validity->created,
                         {},
                         plan.provenance.after.commit,
                         plan.provenance.after.config ? plan.provenance.after.config->blob : "",
                         false};
  work.overlap = plan.overlap;
  work.retires_global = std::ranges::any_of(plan.settings, [](const SettingChange& setting) {
    return setting.name == kRespectGlobalToken && !setting.after;
  });
}

}  // namespace

Work work_of(const FreshPlan& fresh) {
  const Plan& plan = fresh.plan();
  Work work = work_at(fresh.settings(), fresh.snapshot());
  add_plan(plan, fresh.digest(), work);
  if (plan.is_live()) mark_requested(work.goals, fresh.snapshot());
  work.base_config = plan.provenance.before.config ? plan.provenance.before.config->blob : "";
  return work;
}

Work work_of(const StatePlan& state) {
  Work work = work_at(state.settings(), state.snapshot());
  // Without changes it is no plan that a ledger should remember.
  if (state.plan().has_changes()) add_plan(state.plan(), state.digest(), work);
  work.begins_with_live = true;
  return work;
}

}  // namespace hookplan
