// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/instant.h"
#include "core/plan/composition.h"
#include "core/plan/plan.h"
#include "core/sign/policy.h"

namespace hookplan {

// Whether a plan for the trusted branch consists of changes that were reviewed: binding, so that
// what was reviewed is what runs. Everything here is pure; who brings the evidence is not trusted
// with any of it but for what the forge alone can say: which pull requests were merged by which
// commit, and who reviewed which commit.

// What a person said about a pull request. A mere comment says nothing here.
struct GivenReview {
  enum class State { approved, changes_requested, dismissed };

  std::int64_t account = 0;  // the id on the forge
  std::string login = {};    // for people only
  State state = State::approved;
  std::string commit = {};  // the head that was looked at
  // What that commit changes, made again from git; nothing where the commit is not there.
  std::optional<Intent> intent = {};
};

// A pull request that was merged between the base of the plan and the tip of the branch.
struct MergedPull {
  std::uint64_t number = 0;
  std::int64_t author = 0;  // the id of the account; 0: it is gone
  Instant opened = {};
  // The plan of its last head, made again from git; nothing where the commit is not there.
  std::optional<Plan> plan = {};
  std::vector<GivenReview> reviews = {};  // in the order in which they were given
};

// A signed plan, wherever it was found: it approves what its signers approve.
struct FoundEnvelope {
  std::string place = {};  // for people
  std::string bytes = {};
};

struct ReviewEvidence {
  std::vector<MergedPull> pulls = {};  // in the order in which they were merged
  std::vector<FoundEnvelope> envelopes = {};
};

struct ReviewJudgement {
  std::vector<Error> problems = {};  // none: everything was reviewed by enough people
  std::vector<Diagnostic> warnings = {};
};

// Whether approved pull requests, one after the other, compose to exactly the changes of the plan.
//
// Each is judged by itself, as if it were applied alone: the policy's rules say how many owners of
// its review role must approve. An owner counts once, by a review or by a signature on a plan with
// the same intent, and never for what he opened himself. A review counts if the commit it was given
// for has the same intent as the last head, so that rebase, update and squash keep it, and if
// neither a later request for changes nor a dismissal took it back. A signed plan counts for one
// pull request, the last with its intent that was opened before it was made, if the policy accepts
// it in everything but the number of signatures of the review role; so neither the planner's key
// alone nor an approver's alone is enough to make one. REQUIRES: the policy has a review role.
ReviewJudgement judge_review(const Plan& plan, const Policy& policy, const ReviewEvidence& evidence,
                             Instant now);

}  // namespace hookplan
