// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "core/apply/trusted_history.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"
#include "core/sign/verify.h"

namespace hookplan {

// A verified plan that follows from git and leads to what the trusted branch holds now. Only
// check_fresh() makes one, and apply() takes nothing else.
class FreshPlan {
 public:
  const Plan& plan() const { return verified_.plan(); }
  const std::string& digest() const { return verified_.digest(); }
  // What the revision that the plan leads to says.
  const Settings& settings() const { return settings_; }
  const Snapshot& snapshot() const { return snapshot_; }

 private:
  friend class Freshness;
  FreshPlan(VerifiedPlan verified, Settings settings, Snapshot snapshot)
      : verified_(std::move(verified)),
        settings_(std::move(settings)),
        snapshot_(std::move(snapshot)) {}

  VerifiedPlan verified_;
  Settings settings_;
  Snapshot snapshot_;
};

// Makes the plan again from the contents that it names, wherever they are in the history now, and
// demands the very same: a signature alone does not make a change follow from git. The trusted
// branch must hold those contents at its tip and have the plan's base in its history, and the plan
// must not have expired. Kinds: `not_fresh`, `altered` (HP8201), `expired`, `repository`, `config`.
Result<FreshPlan> check_fresh(VerifiedPlan plan, const TrustedBranch& trusted, Instant now,
                              const PluginTypes& types);

}  // namespace hookplan
