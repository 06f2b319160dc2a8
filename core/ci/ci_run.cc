// SPDX-License-Identifier: Apache-2.0
#include "core/ci/ci_run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kHead = "HEAD";
constexpr std::string_view kHeads = "refs/heads/";

// Abbreviated ids come from Prow's link.
bool is_commit_id(std::string_view text) {
  constexpr std::size_t kLeast = 7;
  constexpr std::size_t kMost = 64;
  return text.size() >= kLeast && text.size() <= kMost &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Where a person writes the variable, any name of a revision is fine.
bool is_named_by_person(std::string_view fact) {
  return fact.starts_with("PRE_COMMIT_") || fact.starts_with("HOOKPLAN_");
}

// ".../compare/BEFORE...AFTER" of a link; empty where it has no such end, as for a new branch.
std::string before_in_link(std::string_view link) {
  const std::string_view range = link.substr(link.rfind('/') + 1);
  const std::size_t dots = range.find("...");
  if (dots == std::string_view::npos || !is_commit_id(range.substr(0, dots))) return {};
  return std::string(range.substr(0, dots));
}

Result<std::string> revision_of(const CiFacts& facts, std::string_view fact) {
  if (fact.empty() || fact == kHead) return std::string(fact);
  const std::string value = facts.get(fact);
  if (fact.ends_with("base_link")) return before_in_link(value);
  if (value.empty() || value == kHead || is_commit_id(value) || is_named_by_person(fact))
    return value;
  return fail(Code::ci_event_unusable, "{} is {}, not a commit", fact, excerpt(value));
}

const CiRule* rule_of(const CiFacts& facts) {
  const auto rules = ci_rules();
  const auto found =
      std::ranges::find_if(rules, [&](const CiRule& rule) { return facts.hold(rule.when); });
  return found == rules.end() ? nullptr : &*found;
}

const CiSystem* system_of(const CiFacts& facts) {
  const auto systems = ci_systems();
  const auto found =
      std::ranges::find_if(systems, [&](const CiSystem& one) { return facts.hold(one.mark); });
  return found == systems.end() ? nullptr : &*found;
}

std::uint64_t number_of(const CiFacts& facts, std::string_view fact) {
  const auto number = number_from(facts.get(fact), 1, std::numeric_limits<std::int64_t>::max());
  return static_cast<std::uint64_t>(number.value_or(0));
}

void describe(CiRun& run, const CiFacts& facts, const CiSystem& system) {
  // The rules of GitHub are those of Gitea and Forgejo, too.
  if (run.system == "GitHub Actions") run.system = system.system;
  run.default_branch = full_branch(facts.get(system.default_branch));
  run.repository = facts.get(system.repository);
  run.pull_request = number_of(facts, system.pull_request);
  run.pull_request_head = facts.get(system.pull_request_head);
  run.run = number_of(facts, system.run);
  run.attempt = number_of(facts, system.attempt);
}

// What the rule cannot do without.
Result<void> require_facts(const CiRun& run, const CiRule& rule) {
  const bool needs_base = run.kind == BaseKind::named;
  const bool needs_target = run.kind == BaseKind::merge_base || run.kind == BaseKind::test_merge;
  std::string_view absent;
  if (run.head.empty() && run.kind != BaseKind::deleted) absent = rule.head;
  if (needs_base && run.base.empty()) absent = rule.base;
  // Where the rule names no target at all, the default branch of the clone stands for it.
  const bool names_target = !rule.base.empty() || !rule.branch.empty();
  if (needs_target && names_target && run.base.empty() && run.branch.empty())
    absent = rule.base.empty() ? rule.branch : rule.base;
  if (absent.empty()) return {};
  return fail(Code::ci_event_unusable, "{} {}: {} is missing", run.system, run.event, absent);
}

CiRun local_run() {
  CiRun run;
  run.kind = BaseKind::merge_base;
  run.head = kHead;
  run.base = "@{upstream}";
  return run;
}

Error unknown_event(const CiSystem& system, const CiFacts& facts) {
  const std::string event = facts.get("GITHUB_EVENT_NAME") + facts.get("JOB_TYPE") +
                            facts.get("DRONE_BUILD_EVENT") + facts.get("CI_PIPELINE_EVENT");
  return fail(Code::ci_event_unknown, "{} started this run by {}", system.system,
              event.empty() ? "an event that it does not name" : excerpt(event));
}

}  // namespace

std::string full_branch(std::string_view branch) {
  if (branch.empty() || branch.starts_with("refs/")) return std::string(branch);
  return std::string(kHeads) + std::string(branch);
}

bool is_zeros(std::string_view revision) {
  constexpr std::size_t kSha1 = 40;
  constexpr std::size_t kSha256 = 64;
  return (revision.size() == kSha1 || revision.size() == kSha256) &&
         revision.find_first_not_of('0') == std::string_view::npos;
}

Result<CiRun> ci_run_of(const CiFacts& facts) {
  const CiRule* const rule = rule_of(facts);
  const CiSystem* const system = system_of(facts);
  if (rule == nullptr) {
    if (system != nullptr) return unknown_event(*system, facts);
    return local_run();
  }
  CiRun run;
  run.system = rule->system;
  run.event = rule->event;
  run.kind = rule->kind;
  run.trust = rule->trust;
  if (system != nullptr) describe(run, facts, *system);
  TRY(run.head, revision_of(facts, rule->head));
  TRY(run.base, revision_of(facts, rule->base));
  TRY(run.merged, revision_of(facts, rule->merged));
  run.branch = full_branch(facts.get(rule->branch));
  run.was_forced = run.kind == BaseKind::before_push && facts.get("event.forced") == "true";
  if (run.kind == BaseKind::before_push && is_zeros(run.head)) run.kind = BaseKind::deleted;
  TRY_VOID(require_facts(run, *rule));
  return run;
}

void name_revisions(CiRun& run, const std::string& base, const std::string& head) {
  if (!head.empty()) {
    run.head = head;
    if (base.empty() && run.kind != BaseKind::merge_base) run.kind = BaseKind::first_parent;
  }
  if (base.empty()) return;
  run.base = base;
  run.kind = BaseKind::before_push;
  run.was_forced = false;
  if (run.head.empty()) run.head = kHead;
}

Result<void> check_trusted(const CiRun& run, std::string_view trusted) {
  const std::string wanted = trusted.empty() ? run.default_branch : full_branch(trusted);
  if (run.trust == CiTrust::nobody) {
    return fail(Code::ci_not_trusted, "{} is not a run of a branch",
                run.system.empty() ? "this" : fmt::format("{} {}", run.system, run.event));
  }
  if (wanted.empty()) {
    return fail(Code::ci_not_trusted, "nothing says which branch is trusted")
        .hint("name it: --branch main");
  }
  if (run.branch == wanted && wanted.starts_with(kHeads)) return {};
  return fail(Code::ci_not_trusted, "this is a run of {}, and {} is trusted",
              run.branch.empty() ? "no branch" : excerpt(run.branch), excerpt(wanted));
}

}  // namespace hookplan
