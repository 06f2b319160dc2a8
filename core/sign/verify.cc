// SPDX-License-Identifier: Apache-2.0
#include "core/sign/verify.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/plan/plan_json.h"
#include "core/sign/envelope.h"
#include "core/sign/judge_plan.h"
#include "core/sign/judge_signatures.h"
#include "core/sign/review.h"

namespace hookplan {

struct PlanOpener {
  static VerifiedPlan make(const Verification& verification) {
    return {*verification.plan, verification.plan_digest};
  }
};

namespace {

// What is signed by somebody who is trusted, and is no plan, is of kind `not_a_plan` whatever is
// wrong with it; a plan that contradicts itself stays `altered`.
Result<Plan> plan_of(const Envelope& envelope, std::string_view path) {
  if (envelope.payload_type != kPayloadType) {
    return fail(Code::not_a_change_plan, "the payload is {}, not {}",
                excerpt(envelope.payload_type), kPayloadType)
        .at(path);
  }
  Result<Plan> plan = plan_from_json(envelope.payload, path);
  if (plan || plan.error().kind != ErrorKind::plan_file) return plan;
  const Diagnostic& why = plan.error().first();
  // The place is one in the payload, which nobody has before him; the field says it as well.
  return fail(Code::not_a_change_plan, why.message).at(path).field(why.field);
}

void add_problem(Verification& verification, Error error) {
  if (verification.problems.empty()) verification.kind = error.kind;
  std::ranges::move(error.diagnostics, std::back_inserter(verification.problems));
}

void add_problems(Verification& verification, std::vector<Error> errors) {
  for (Error& error : errors) add_problem(verification, std::move(error));
}

// REQUIRES: the roles are judged.
std::vector<RuleReport> rule_reports(const Policy& policy, const Verification& verification) {
  std::vector<RuleReport> reports;
  for (AppliedRule& rule : applied_rules(policy, *verification.plan)) {
    const bool is_met = std::ranges::all_of(rule.require, [&](const auto& required) {
      const auto role =
          std::ranges::find(verification.roles, required.first,
                            [](const RoleReport& each) { return each.requirement.role; });
      return role != verification.roles.end() &&
             static_cast<std::int64_t>(role->signed_by.size()) >= required.second;
    });
    reports.push_back({std::move(rule), is_met});
  }
  return reports;
}

bool is_role_met(const SignatureJudgement& judgement, std::string_view name) {
  return std::ranges::any_of(judgement.roles, [&](const RoleReport& role) {
    return role.requirement.role == name && role.is_met();
  });
}

// Where enough people have signed the plan itself, reviews are not asked. Else they must cover all
// of it, and then nobody of their role has to sign.
void judge_reviews(Verification& verification, SignatureJudgement& judgement,
                   std::vector<Requirement>& needed, const std::vector<Signer>& signers,
                   const Policy& policy, const ReviewEvidence& evidence, Instant now) {
  // A plan from what is live consists of no pull requests.
  if (!policy.review || !verification.plan || verification.plan->is_live()) return;
  const std::string& role = policy.review->role;
  if (is_role_met(judgement, role)) return;
  ReviewJudgement reviews = judge_review(*verification.plan, policy, evidence, now);
  std::ranges::move(reviews.warnings, std::back_inserter(verification.warnings));
  if (!reviews.problems.empty()) {
    add_problems(verification, std::move(reviews.problems));
    return;
  }
  verification.is_reviewed = true;
  const auto requirement = std::ranges::find(needed, role, &Requirement::role);
  requirement->threshold = 0;
  requirement->reasons = {"reviewed"};
  judgement = judge_signatures(signers, policy, needed, now);
}

Verification judge(const Envelope& envelope, std::string_view path, const Policy& policy,
                   Instant now, const ReviewEvidence* evidence) {
  Verification verification;
  verification.plan_digest = plan_digest(envelope.payload);
  const std::vector<Signer> signers = find_signers(envelope, policy, now);
  const bool is_covered = std::ranges::any_of(signers, &Signer::is_valid);
  // Bytes that nobody trusted stands for are not read any further.
  if (is_covered) {
    Result<Plan> plan = plan_of(envelope, path);
    if (plan) {
      verification.plan = std::move(plan).value();
    } else {
      add_problem(verification, std::move(plan).error());
    }
  }
  std::vector<Requirement> needed =
      requirements(policy, verification.plan ? *verification.plan : Plan{});
  SignatureJudgement judgement = judge_signatures(signers, policy, needed, now);
  if (evidence != nullptr) {
    judge_reviews(verification, judgement, needed, signers, policy, *evidence, now);
  }
  verification.signatures = std::move(judgement.signatures);
  verification.roles = std::move(judgement.roles);
  if (verification.plan) verification.rules = rule_reports(policy, verification);
  add_problems(verification, std::move(judgement.problems));
  std::ranges::move(judgement.warnings, std::back_inserter(verification.warnings));
  if (verification.plan) add_problems(verification, judge_plan(*verification.plan, policy, now));
  for (Diagnostic& diagnostic : verification.problems) {
    if (diagnostic.where.path.empty()) diagnostic.where.path = path;
  }
  for (Diagnostic& diagnostic : verification.warnings) diagnostic.where.path = path;
  return verification;
}

}  // namespace

std::string_view to_string(SignatureVerdict verdict) {
  switch (verdict) {
    case SignatureVerdict::counts: return "counts";
    case SignatureVerdict::unknown_key: return "unknown_key";
    case SignatureVerdict::does_not_fit: return "does_not_fit";
    case SignatureVerdict::revoked: return "revoked";
    case SignatureVerdict::out_of_window: return "out_of_window";
    case SignatureVerdict::no_role: return "no_role";
    case SignatureVerdict::counted_before: return "counted_before";
  }
  return "unknown_key";
}

Result<OpenedPlan> open_plan(std::string_view envelope, std::string_view path, const Policy& policy,
                             Instant now, const ReviewEvidence* evidence) {
  TRY(const Envelope read, envelope_from_json(envelope, path));
  OpenedPlan opened;
  opened.verification = judge(read, path, policy, now, evidence);
  if (opened.verification.is_good()) opened.plan = PlanOpener::make(opened.verification);
  return opened;
}

}  // namespace hookplan
