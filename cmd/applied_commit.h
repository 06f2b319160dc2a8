// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/git/git_repository.h"
#include "core/ports/outside.h"

namespace hookplan {

// Up to which commit everything was applied, as the ledgers beside the tokens say: the commit that
// the last plan led to, or, where that was squashed or rebased, the nearest commit in the history
// of `head` with the same config. Of several stores the oldest. Nothing if no store knows of a
// plan. An error (HP8511) if the history of `head` has no such commit: nobody knows then what a
// difference would mean. Reads the stores that the settings name.
Result<std::optional<GitCommit>> applied_commit(const GitRepository& repository,
                                                const GitCommit& head, const Settings& settings,
                                                const std::string& config_path,
                                                const Outside& outside);

}  // namespace hookplan
