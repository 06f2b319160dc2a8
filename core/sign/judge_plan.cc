// SPDX-License-Identifier: Apache-2.0
#include "core/sign/judge_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/plan/guards.h"

namespace hookplan {
namespace {

class PlanJudge {
 public:
  PlanJudge(const Plan& plan, const Policy& policy, Instant now)
      : plan_(plan), policy_(policy), now_(now) {}

  std::vector<Error> judge() && {
    judge_source_of_policy();
    judge_origin();
    judge_routes();
    judge_validity();
    judge_guards();
    if (auto error = applicability(plan_)) problems_.push_back(*std::move(error));
    return std::move(problems_);
  }

  static std::optional<Error> applicability(const Plan& plan) {
    const auto wrong = std::ranges::find(plan.diagnostics, Severity::error, &Diagnostic::severity);
    if (wrong != plan.diagnostics.end()) {
      return fail(Code::plan_not_applicable, "the plan has an error: {} {}", to_string(wrong->code),
                  printable(wrong->message))
          .as(ErrorKind::config);
    }
    const auto guard = std::ranges::find(plan.guards, GuardResult::block, &GuardVerdict::result);
    if (guard != plan.guards.end()) {
      return fail(Code::plan_not_applicable, "the guard {} blocks the plan: {}",
                  printable(guard->id), printable(guard->observed));
    }
    return std::nullopt;
  }

 private:
  void refuse(std::string message) {
    problems_.push_back(fail(Code::not_allowed_by_policy, std::move(message)));
  }

  void must_be_among(const std::vector<std::string>& allowed, std::string_view value,
                     std::string_view what) {
    if (allowed.empty() || std::ranges::find(allowed, value) != allowed.end()) return;
    refuse(value.empty() ? fmt::format("the plan does not say which {} it is for", what)
                         : fmt::format("the {} {} is not among those that are allowed", what,
                                       excerpt(value)));
  }

  void judge_origin() {
    must_be_among(policy_.allow.repositories, plan_.provenance.repository, "repository");
    must_be_among(policy_.allow.paths, plan_.provenance.path, "path");
    must_be_among(policy_.allow.branches, plan_.provenance.branch, "branch");
  }

  // Both sides count: a hook that goes away is deleted where it was.
  void judge_routes() {
    const PolicyAllow& allow = policy_.allow;
    if (allow.hook_urls.empty() && allow.api_urls.empty()) return;
    for (const Change& change : plan_.changes) {
      for (const auto& state : {change.before, change.after}) {
        if (!state) continue;
        const std::size_t before = problems_.size();
        const Route route = state->route.value_or(Route{});
        must_be_among(allow.hook_urls, route.url(), "hook URL");
        must_be_among(allow.api_urls, route.forge.field("api"), "API URL");
        if (problems_.size() == before) continue;
        problems_.back().diagnostics.front().entry = change.entry;
        return;  // one is enough to refuse, and all would have one cause
      }
    }
  }

  // What the plan says of its guards is the planner's word; those beside the policy hold again.
  void judge_guards() {
    for (const GuardVerdict& guard : evaluate_guards(plan_, policy_.guards)) {
      if (guard.result == GuardResult::pass) continue;
      problems_.push_back(fail(Code::plan_not_applicable,
                               "the guard {} of the policy's settings blocks: {}", guard.id,
                               guard.observed));
    }
  }

  // A change of the policy is judged by the policy as it was before.
  void judge_source_of_policy() {
    const auto& before = plan_.provenance.before.settings;
    const auto& after = plan_.provenance.after.settings;
    // By content: a merge or a squash gives the same file another commit.
    if (!after || after->sha256 != policy_.source_sha256 || before == after) return;
    problems_.push_back(
        fail(Code::not_allowed_by_policy,
             "the policy is the one that this very plan brings; verify with the one before it"));
  }

  void judge_validity() {
    if (!plan_.validity) {
      problems_.push_back(
          fail(Code::plan_without_validity, "the plan does not say until when it is valid"));
      return;
    }
    const Validity& validity = *plan_.validity;
    const std::int64_t length = validity.expires.seconds - validity.created.seconds;
    if (length > policy_.longest_validity.count()) {
      refuse(fmt::format("the plan is valid for {} s; the policy allows {} s", length,
                         policy_.longest_validity.count()));
    }
    if (validity.created.seconds > now_.seconds + policy_.clock_skew.count()) {
      problems_.push_back(fail(Code::plan_not_yet_valid,
                               "the plan is valid from {} on, and it is {}",
                               to_rfc3339(validity.created), to_rfc3339(now_)));
    }
    if (now_ > validity.expires) {
      problems_.push_back(fail(Code::plan_expired, "the plan was valid until {}, and it is {}",
                               to_rfc3339(validity.expires), to_rfc3339(now_)));
    }
  }

  const Plan& plan_;
  const Policy& policy_;
  Instant now_;
  std::vector<Error> problems_;
};

}  // namespace

std::vector<Error> judge_plan(const Plan& plan, const Policy& policy, Instant now) {
  return PlanJudge(plan, policy, now).judge();
}

Result<void> check_signable(const Plan& plan, Instant now) {
  if (auto error = PlanJudge::applicability(plan)) return *std::move(error);
  if (!plan.validity) {
    return fail(Code::plan_not_signable, "the plan does not say until when it is valid")
        .as(ErrorKind::expired);
  }
  if (now > plan.validity->expires) {
    return fail(Code::plan_expired, "the plan was valid until {}",
                to_rfc3339(plan.validity->expires));
  }
  return {};
}

}  // namespace hookplan
