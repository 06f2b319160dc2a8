// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/apply/live_state.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/config/revisions.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"
#include "core/plan/plan.h"

namespace hookplan {

// What is to be there, told by whoever runs this program: no git, no signature. As Prow's hmac tool
// has it, whoever can start the job with these files decides. All that speaks against such a plan
// are the guards, so they are not optional.
struct StateTarget {
  std::string config_path = {};
  FileIdentity config = {};
  Snapshot snapshot = {};
  Settings settings = {};
  PluginTypes types = {};
};

// A plan from what is live to such a target, made in this very process, that holds no error and
// that no guard blocks. Only propose() makes one. It is not for plans that somebody stored: those
// are opened against a policy and checked against git (fresh_plan.h).
class StatePlan {
 public:
  const Plan& plan() const { return plan_; }
  // SHA-256 of the plan's bytes, "sha256:" and 64 hexadecimal digits.
  const std::string& digest() const { return digest_; }
  const Settings& settings() const { return settings_; }
  const Snapshot& snapshot() const { return snapshot_; }

 private:
  friend struct StateProposer;
  StatePlan(Plan plan, std::string digest, Settings settings, Snapshot snapshot)
      : plan_(std::move(plan)),
        digest_(std::move(digest)),
        settings_(std::move(settings)),
        snapshot_(std::move(snapshot)) {}

  Plan plan_;
  std::string digest_;
  Settings settings_;
  Snapshot snapshot_;
};

struct StateProposal {
  Plan plan = {};                          // for people, whatever speaks against it
  std::optional<StatePlan> accepted = {};  // there if and only if nothing speaks against it
};

// The changes of changes_towards(), and besides:
// - an entry with several tokens of which the config has outdated some is onboarded again: that is
//   what a run of Prow's tool leaves that died between the store and the hook. Its hook is set and
//   proven, and the outdated ones go;
// - global tokens that the config does not respect go.
// REQUIRES: `live` is of this target, and has no errors.
StateProposal propose(StateTarget target, const LiveState& live, Instant now,
                      std::string_view tool_version);

}  // namespace hookplan
