// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/config/plugin_type.h"
#include "core/git/git_repository.h"
#include "core/plan/plan.h"

namespace hookplan {

// Where the trusted branch is looked up.
struct TrustedBranch {
  std::filesystem::path repository = ".";
  std::string branch = {};    // full name; empty: the one that the plan names
  std::string settings = {};  // path; empty: the nearest above the config
};

// What the history of the trusted branch says where a plan must agree with it.
struct TrustedHistory {
  GitCommit tip = {};
  std::string settings_path = {};       // at the tip; empty: no settings
  std::string base_config_path = {};    // where the base of the plan has the config
  std::string base_settings_path = {};  // the same for the settings
};

// What the trusted branch holds: that of the remote `origin` if it has one of that name. The branch
// that is named and that of the plan must be the same.
Result<GitCommit> trusted_tip(const Plan& plan, const TrustedBranch& trusted);

// Demands that the trusted branch holds at its tip what the plan leads to, at the place that the
// branch itself names, and that the base of the plan is in its history and held what the plan
// begins with. The planner chose all of these words, so none is believed. Kinds: `not_fresh`,
// `altered` (HP8201), `repository`.
Result<TrustedHistory> check_history(const Plan& plan, const TrustedBranch& trusted,
                                     const PluginTypes& types);

}  // namespace hookplan
