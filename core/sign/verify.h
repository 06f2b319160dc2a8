// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/sign/policy.h"

namespace hookplan {

// What became of one signature.
enum class SignatureVerdict {
  counts,
  unknown_key,     // by nobody who is known
  does_not_fit,    // names a known key, but was made over other bytes
  revoked,         // the key is revoked
  out_of_window,   // the key does not count yet, or no longer
  no_role,         // the key belongs to no role
  counted_before,  // the same key or another one of its owner counts already
};
std::string_view to_string(SignatureVerdict verdict);

struct SignatureReport {
  SignatureVerdict verdict = SignatureVerdict::unknown_key;
  std::string key_id = {};  // of the key that made it; of what it claims where that is not known
  std::string key = {};     // name in the policy; empty where it is not known
  std::string owner = {};
  std::string role = {};
  std::string why = {};  // in words, where it does not count
};

struct RoleReport {
  Requirement requirement = {};
  std::vector<std::string> signed_by = {};   // owners that count
  std::vector<std::string> could_sign = {};  // owners with a key that counts now and no signature

  bool is_met() const {
    return static_cast<std::int64_t>(signed_by.size()) >= requirement.threshold;
  }
};

struct RuleReport {
  AppliedRule rule = {};
  bool is_met = false;
};

struct ReviewEvidence;  // core/sign/review.h

// What a policy says to an envelope.
struct Verification {
  std::string plan_digest = {};
  std::vector<SignatureReport> signatures = {};
  std::vector<RoleReport> roles = {};
  std::vector<RuleReport> rules = {};     // those that count for this plan
  std::vector<Diagnostic> problems = {};  // none: the plan is verified. The gravest first
  ErrorKind kind = ErrorKind::internal;   // of the first problem
  std::vector<Diagnostic> warnings = {};
  std::optional<Plan> plan = {};  // nothing where no trusted signature covers it
  bool is_reviewed = false;       // reviews of what it consists of took the place of a role

  bool is_good() const { return problems.empty(); }
};

// A plan that was opened against a policy and found good. Nothing else makes one, and the stages
// that act take nothing else.
class VerifiedPlan {
 public:
  const Plan& plan() const { return plan_; }
  // SHA-256 of the signed bytes, "sha256:" and 64 hexadecimal digits.
  const std::string& digest() const { return digest_; }

 private:
  friend struct PlanOpener;
  VerifiedPlan(Plan plan, std::string digest)
      : plan_(std::move(plan)), digest_(std::move(digest)) {}

  Plan plan_;
  std::string digest_;
};

struct OpenedPlan {
  Verification verification = {};
  std::optional<VerifiedPlan> plan = {};  // there if and only if the verification is good
};

// Reads an envelope, verifies its signatures over the very bytes that are then read as a plan, and
// judges both by the policy at the time `now`. Keys are told apart by what they are; a key id
// decides nothing. An error if the bytes are no envelope: kind `plan_file`, or `not_signed` for a
// bare statement and for an envelope without signatures. With `evidence`, reviews may take the
// place of the role that the policy names for them; see judge_review(). Null pointer: nobody looked
// for any, and only signatures count.
Result<OpenedPlan> open_plan(std::string_view envelope, std::string_view path, const Policy& policy,
                             Instant now, const ReviewEvidence* evidence = nullptr);

}  // namespace hookplan
