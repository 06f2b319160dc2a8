// SPDX-License-Identifier: Apache-2.0
#include "core/apply/fresh_plan.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "core/apply/told_words.h"
#include "core/base/text.h"
#include "core/config/other_configs.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"
#include "core/plan/diff.h"
#include "core/plan/make_plan.h"
#include "core/plan/plan_json.h"
#include "core/sign/policy_findings.h"

namespace hookplan {
namespace {

SideContent content_of(const SideProvenance& side, const std::string& path,
                       const std::string& settings_path) {
  return {{side.commit, side.tree, {}},
          path,
          side.config ? side.config->blob : std::string(),
          side.settings ? side.settings->blob : std::string(),
          settings_path};
}

// Which part of the plan does not follow; the changes first, because they are what is done.
std::string_view first_difference(const Plan& told, const Plan& derived) {
  if (told.intent_digest != derived.intent_digest) return "changes";
  if (told.summary != derived.summary) return "summary";
  if (told.overlap != derived.overlap) return "overlap";
  const auto verdict_of = [](const GuardVerdict& guard) {
    return std::tuple(guard.id, guard.limit, guard.observed, guard.result);
  };
  if (!std::ranges::equal(told.guards, derived.guards, {}, verdict_of, verdict_of)) return "guards";
  return "findings, lines or words";
}

// A change from what is live to what the head says: whether the head says so.
bool follows_from_head(const Change& change, const RevisionSide& head, Instant created) {
  const std::vector<Entry>& entries = head.snapshot.entries;
  const auto found = std::ranges::lower_bound(entries, change.entry, {}, &Entry::name);
  const bool is_listed = found != entries.end() && found->name == change.entry;
  if (change.kind == ChangeKind::remove) {
    // Its tokens may be in any store of the config, whatever route fits its name.
    const bool is_known = change.before->route &&
                          std::ranges::any_of(head.settings.routes, [&](const RouteRule& rule) {
                            return rule.route == *change.before->route;
                          });
    return !is_listed && is_known && change.before->token_created_after == kZeroInstant;
  }
  if (!is_listed || !change.after || change.lines_after != found->lines) return false;
  const EntryState asked = state_of(*found, head.settings);
  if (change.kind == ChangeKind::onboard) return change.after == asked;
  // A rotation on request asks for tokens that are newer than the config wants them.
  return change.kind == ChangeKind::rotate && change.after->route == asked.route &&
         change.after->token_created_after >= asked.token_created_after &&
         change.after->token_created_after <=
             std::max(created, next_nanosecond(asked.token_created_after));
}

}  // namespace

class Freshness {
 public:
  Freshness(const VerifiedPlan& verified, const TrustedBranch& trusted, const PluginTypes& types)
      : plan_(verified.plan()), trusted_(trusted), types_(types) {}

  Result<FreshPlan> check(VerifiedPlan verified, Instant now) {
    if (now > plan_.validity->expires) {
      return fail(Code::plan_expired, "the plan was valid until {}, and it is {}",
                  to_rfc3339(plan_.validity->expires), to_rfc3339(now));
    }
    if (const std::string problem = problem_with_words(plan_); !problem.empty())
      return fail(Code::plan_not_rederived, problem);
    TRY(const TrustedHistory history, check_history(plan_, trusted_, types_));
    tip_ = history.tip;
    const Provenance& told = plan_.provenance;
    TRY(Revisions revisions,
        read_contents(trusted_.repository,
                      content_of(told.before, history.base_config_path, history.base_settings_path),
                      content_of(told.after, told.path, history.settings_path), types_));
    Settings settings = revisions.after.settings;
    Snapshot snapshot = revisions.after.snapshot;
    TRY_VOID(check_derivation(std::move(revisions)));
    return FreshPlan(std::move(verified), std::move(settings), std::move(snapshot));
  }

 private:
  Result<void> check_derivation(Revisions revisions) const {
    revisions.repository = plan_.provenance.repository;
    revisions.config_path_rule = plan_.provenance.path_rule;
    revisions.base_rule = plan_.provenance.base_rule;
    // Where the head of the plan is not in the history any more, nobody but the plan knows.
    revisions.base_is_apart = std::ranges::any_of(
        plan_.diagnostics, [](const Diagnostic& each) { return each.code == Code::base_is_apart; });
    const Instant created = plan_.validity->created;
    // By the branch as it is now: what another config has come to list since stays.
    TRY(const GitRepository repository, GitRepository::open(trusted_.repository));
    TRY(revisions.kept_elsewhere, kept_elsewhere(repository, tip_, revisions));
    std::optional<LiveChanges> live_changes;
    if (plan_.is_live()) {
      TRY_VOID(check_against_head(revisions.after, created));
      live_changes = LiveChanges{bare_changes(), !plan_.settings.empty()};
    }
    Plan derived = make_judged_plan(std::move(revisions), std::move(live_changes), created,
                                    plan_.tool_version);
    derived.provenance.branch = plan_.provenance.branch;
    derived.validity = plan_.validity;
    if (to_json(derived) != to_json(plan_)) {
      return fail(Code::plan_not_rederived, "the plan does not follow from its revisions: other {}",
                  first_difference(plan_, derived));
    }
    if (derived.has_errors() || derived.is_blocked()) {
      return fail(Code::plan_not_applicable, "the plan has an error or a guard blocks it");
    }
    return {};
  }

  Result<void> check_against_head(const RevisionSide& head, Instant created) const {
    TRY_VOID(check_other_configs());
    for (const Change& change : plan_.changes) {
      if (follows_from_head(change, head, created)) continue;
      return fail(Code::plan_not_rederived, "{} {} does not follow from the config",
                  to_string(change.kind), excerpt(change.entry));
    }
    // That global tokens go may be asked of a config that does not respect them. More of it is
    // derived again.
    const bool retires_global = plan_.settings.size() == 1 &&
                                plan_.settings.front().name == kRespectGlobalToken &&
                                !head.snapshot.respect_legacy_global_token.value;
    if (plan_.settings.empty() || retires_global) return {};
    return fail(Code::plan_not_rederived,
                "the settings of the plan do not follow from its revisions");
  }

  // What another config of the branch lists is not for this one to remove.
  Result<void> check_other_configs() const {
    const auto removes = [](const Change& change) { return change.kind == ChangeKind::remove; };
    if (std::ranges::none_of(plan_.changes, removes)) return {};
    TRY(const GitRepository repository, GitRepository::open(trusted_.repository));
    TRY(const OtherConfigs others,
        OtherConfigs::read(repository, tip_, plan_.provenance.path, types_));
    for (const Change& change : plan_.changes) {
      if (!removes(change) || !others.lists(change.entry)) continue;
      return fail(Code::plan_not_rederived, "another config lists {}, which the plan removes",
                  excerpt(change.entry));
    }
    return {};
  }

  std::vector<Change> bare_changes() const {
    std::vector<Change> bare;
    for (const Change& change : plan_.changes) {
      Change told;
      told.kind = change.kind;
      told.entry = change.entry;
      told.before = change.before;
      told.after = change.after;
      told.lines_before = change.lines_before;
      told.lines_after = change.lines_after;
      bare.push_back(std::move(told));
    }
    return bare;
  }

  const Plan& plan_;
  const TrustedBranch& trusted_;
  const PluginTypes& types_;
  GitCommit tip_ = {};  // of the trusted branch
};

Result<FreshPlan> check_fresh(VerifiedPlan plan, const TrustedBranch& trusted, Instant now,
                              const PluginTypes& types) {
  // By value and by reference: what is checked is a copy, so that moving the plan is safe.
  const VerifiedPlan checked = plan;
  return Freshness(checked, trusted, types).check(std::move(plan), now);
}

}  // namespace hookplan
