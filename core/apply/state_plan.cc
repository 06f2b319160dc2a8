// SPDX-License-Identifier: Apache-2.0
#include "core/apply/state_plan.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/apply/live_changes.h"
#include "core/base/digest.h"
#include "core/plan/plan_json.h"
#include "core/sign/policy_findings.h"

namespace hookplan {
namespace {

// Nobody stores it, so nobody ever opens it later.
constexpr std::chrono::seconds kValidity{60};

// What is left of a run that died between the store and the hook, without a word in a ledger.
bool was_left_half_done(const EntryStatus& status) {
  return status.condition == Condition::unexplained && status.old_tokens > 0;
}

LiveState as_found(const LiveState& live) {
  LiveState found = live;
  for (EntryStatus& status : found.entries) {
    if (was_left_half_done(status)) status.condition = Condition::drifted;
  }
  return found;
}

Revisions revisions_of(const StateTarget& target) {
  Revisions revisions;
  revisions.types = target.types;
  revisions.config_path = target.config_path;
  revisions.config_path_rule = "named on the command line";
  revisions.base_rule = "what is live";
  revisions.after.config = target.config;
  revisions.after.snapshot = target.snapshot;
  revisions.after.settings = target.settings;
  revisions.before = revisions.after;
  return revisions;
}

}  // namespace

// Makes StatePlan, and nobody else does.
struct StateProposer {
  static StatePlan accept(const Plan& plan, StateTarget target) {
    return {plan, "sha256:" + sha256_hex(to_json(plan)), std::move(target.settings),
            std::move(target.snapshot)};
  }
};

StateProposal propose(StateTarget target, const LiveState& live, Instant now,
                      std::string_view tool_version) {
  LiveChanges changes{changes_towards(target.snapshot, target.settings, as_found(live)),
                      live.holds_global};
  StateProposal proposal;
  Plan& plan = proposal.plan;
  plan = make_judged_plan(revisions_of(target), std::move(changes), now, tool_version);
  plan.validity = Validity{{now.seconds, 0}, later({now.seconds, 0}, kValidity)};
  if (plan.has_errors() || plan.is_blocked()) return proposal;
  proposal.accepted = StateProposer::accept(plan, std::move(target));
  return proposal;
}

}  // namespace hookplan
