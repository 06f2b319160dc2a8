// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/apply/trusted_history.h"
#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/ports/review_record.h"
#include "core/sign/review.h"

namespace hookplan {

using FetchCommit = std::function<void(const std::string& name)>;

struct FoundReviews {
  ReviewEvidence evidence = {};
  std::vector<Diagnostic> notes = {};  // what could not be looked at
};

// The pull requests that were merged between the base of the plan and the tip of the trusted
// branch, in that order, with their reviews and the signed plans in their comments.
//
// The record says which pull request a commit came with and who reviewed which commit. What these
// commits change is not asked of anybody but made again from git: with what the branch held before
// the merge, or where both parted. So a planner's signature, a comment or an artifact cannot change
// what a review was for. A commit that is not in the clone is a note, and no approval.
//
// `fetch` brings a commit into the clone by its id, or the head of a pull request by its reference,
// if it can; null: nothing is brought.
//
// Errors: those of the record and of the repository; HP7307 for too many commits. Kind `not_fresh`
// if the branches differ.
Result<FoundReviews> find_reviews(const Plan& plan, const TrustedBranch& trusted,
                                  ReviewRecord& record, Instant now, const PluginTypes& types,
                                  const FetchCommit& fetch = {});

// The signed plans in a comment: lines that look like one. Nothing about them is decided here.
std::vector<FoundEnvelope> envelopes_in(std::string_view comment, std::string_view place);

}  // namespace hookplan
