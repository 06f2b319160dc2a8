// SPDX-License-Identifier: Apache-2.0
#include "core/sign/policy_findings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/plan/make_plan.h"
#include "core/sign/policy.h"

namespace hookplan {
namespace {

void add_findings(std::vector<Diagnostic>& all, const RevisionSide& side, Side name,
                  Severity severity) {
  if (!side.settings.policy) return;
  const Result<Policy> policy = make_policy(side.settings);
  if (policy) return;
  for (Diagnostic diagnostic : policy.error().diagnostics) {
    diagnostic.severity = severity;
    diagnostic.where.side = name;
    all.push_back(std::move(diagnostic));
  }
}

}  // namespace

std::vector<Diagnostic> policy_findings(const Revisions& revisions) {
  std::vector<Diagnostic> all;
  const auto& before = revisions.before.settings_file;
  const auto& after = revisions.after.settings_file;
  const bool is_new = after && (!before || before->blob != after->blob);
  if (is_new) add_findings(all, revisions.after, Side::after, Severity::error);
  add_findings(all, revisions.before, Side::before, Severity::warning);
  return all;
}

Plan make_judged_plan(Revisions revisions, std::optional<LiveChanges> live_changes, Instant now,
                      std::string_view tool_version) {
  std::ranges::move(policy_findings(revisions), std::back_inserter(revisions.diagnostics));
  Plan plan = live_changes ? make_live_plan(revisions, *std::move(live_changes), now, tool_version)
                           : make_plan(revisions, now, tool_version);
  if (auto notice = signatures_needed(plan, revisions)) {
    plan.diagnostics.push_back(*std::move(notice));
  }
  return plan;
}

std::optional<Diagnostic> signatures_needed(const Plan& plan, const Revisions& revisions) {
  if (!revisions.before.settings.policy || !plan.has_changes()) return std::nullopt;
  const Result<Policy> policy = make_policy(revisions.before.settings);
  if (!policy) return std::nullopt;
  const char* const how =
      policy->review
          ? "approve the pull request, or sign it: hookplan plan --sign, hookplan approve"
          : "sign it with hookplan plan --sign, approve it with hookplan approve";
  return fail(Code::signatures_needed, "to be signed by {}", in_words(requirements(*policy, plan)))
      .at({revisions.settings_path, 0, 0, Side::before})
      .hint(how)
      .first();
}

}  // namespace hookplan
