// SPDX-License-Identifier: Apache-2.0
#include "core/apply/fresh_plan.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "core/apply/told_words.h"
#include "core/base/text.h"
#include "core/config/locate.h"
#include "core/config/other_configs.h"
#include "core/config/policy_settings.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"
#include "core/plan/diff.h"
#include "core/plan/make_plan.h"
#include "core/plan/plan_json.h"
#include "core/sign/policy_findings.h"

namespace hookplan {
namespace {

const std::string& path_of(const SideProvenance& side, const Plan& plan) {
  return side.path.empty() ? plan.provenance.path : side.path;
}

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

bool is_config_of(const std::optional<GitFile>& file, const std::optional<FileProvenance>& told) {
  return file.has_value() == told.has_value() && (!file || file->blob == told->blob);
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
         change.after->token_created_after <= created;
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
      return not_derived(problem);
    TRY_VOID(check_branch());
    TRY(Revisions revisions,
        read_contents(trusted_.repository,
                      content_of(plan_.provenance.before, path_of(plan_.provenance.before, plan_),
                                 old_settings_path_),
                      content_of(plan_.provenance.after, plan_.provenance.path, settings_path_),
                      types_));
    Settings settings = revisions.after.settings;
    Snapshot snapshot = revisions.after.snapshot;
    TRY_VOID(check_derivation(std::move(revisions)));
    return FreshPlan(std::move(verified), std::move(settings), std::move(snapshot));
  }

 private:
  Result<std::string> settings_at(const GitRepository& repository, const GitCommit& commit,
                                  const std::string& config_path) const {
    return locate_settings(repository, commit, config_path, trusted_.settings);
  }

  static Result<std::optional<GitFile>> file_at(const GitRepository& repository,
                                                const GitCommit& commit, const std::string& path) {
    if (path.empty()) return std::optional<GitFile>();
    return repository.file(commit, path, kMaxSettingsBytes);
  }

  Result<void> check_branch() {
    TRY(const std::string branch, branch_name());
    TRY(const GitRepository repository, GitRepository::open(trusted_.repository));
    TRY(const GitCommit tip, tip_of(repository, branch));
    tip_ = tip;
    const Provenance& provenance = plan_.provenance;
    TRY(const auto config, repository.file(tip, provenance.path, kMaxConfigBytes));
    TRY(settings_path_, settings_at(repository, tip, provenance.path));
    TRY(const auto settings, file_at(repository, tip, settings_path_));
    if (!is_config_of(config, provenance.after.config)) return moved(branch, tip, provenance.path);
    if (!is_config_of(settings, provenance.after.settings))
      return moved(branch, tip, settings_path_.empty() ? kSettingsName : settings_path_);
    TRY_VOID(check_place(repository, tip, settings));
    return check_base(repository, tip, branch);
  }

  // The contents that the plan begins with decide what is a change, and their guards what may be
  // done: they must be those of its base, and that must be in the history of the branch.
  Result<void> check_base(const GitRepository& repository, const GitCommit& tip,
                          const std::string& branch) {
    const SideProvenance& told = plan_.provenance.before;
    const bool from_nothing = told.commit.empty();
    const std::string& id = from_nothing ? plan_.provenance.after.commit : told.commit;
    TRY(const bool is_behind, repository.is_ancestor(id, tip));
    if (!is_behind) {
      return fail(Code::wrong_branch, "the {} {} of the plan is not in the history of {}",
                  from_nothing ? "head" : "base", id.substr(0, 12), printable(branch));
    }
    TRY(const GitCommit commit, repository.commit(id));
    if (from_nothing) {
      if (commit.first_parent.empty()) return {};
      return not_derived("the plan begins with nothing, and its head is not the first commit");
    }
    const std::string& path = path_of(told, plan_);
    TRY_VOID(check_move(repository, commit, tip));
    TRY(const auto config, repository.file(commit, path, kMaxConfigBytes));
    TRY(old_settings_path_, settings_at(repository, commit, path));
    TRY(const auto settings, file_at(repository, commit, old_settings_path_));
    if (commit.tree == told.tree && is_config_of(config, told.config) &&
        is_config_of(settings, told.settings))
      return {};
    return not_derived("the plan does not begin with what its base holds");
  }

  // What the trusted branch says where its config is counts more than what the planner named.
  Result<void> check_place(const GitRepository& repository, const GitCommit& tip,
                           const std::optional<GitFile>& settings) const {
    const std::string& path = plan_.provenance.path;
    if (settings) {
      const Result<Settings> read = read_settings(settings->bytes, settings_path_, types_);
      if (read && !read->config.empty() && read->config != path) {
        return not_derived(fmt::format("{} names {} as the config, not {}",
                                       printable(settings_path_), printable(read->config),
                                       printable(path)));
      }
    }
    const std::string origin = repository.origin();
    const std::string& told = plan_.provenance.repository;
    if (!origin.empty() && !told.empty() && !is_one_remote(origin, told))
      return not_derived("the plan is for another repository");
    return check_first_parent(repository, tip);
  }

  // Where the head of the plan is still known, so is its first parent.
  Result<void> check_first_parent(const GitRepository& repository, const GitCommit& tip) const {
    const Provenance& told = plan_.provenance;
    if (plan_.is_live() || !says_first_parent(told.base_rule)) return {};
    if (told.after.commit != tip.id) {
      const Result<GitCommit> head = repository.commit(told.after.commit);
      if (!head || head->first_parent == told.before.commit) return {};
    } else if (tip.first_parent == told.before.commit) {
      return {};
    }
    return not_derived("the base is not the first parent of the head");
  }

  // A config that moved is gone from its old place and was not at the new one before. Otherwise the
  // plan compares two files, and what either loses goes unseen.
  Result<void> check_move(const GitRepository& repository, const GitCommit& base,
                          const GitCommit& tip) const {
    const std::string& new_path = plan_.provenance.path;
    const std::string& old_path = plan_.provenance.before.path;
    if (!plan_.provenance.after.path.empty())
      return not_derived("the plan leads to another path than its own");
    if (old_path.empty()) return {};
    TRY(const auto stays, repository.file(tip, old_path, kMaxConfigBytes));
    TRY(const auto was_there, repository.file(base, new_path, kMaxConfigBytes));
    if (!stays && !was_there) return {};
    return not_derived(fmt::format("the config did not move from {} to {}", printable(old_path),
                                   printable(new_path)));
  }

  static Error not_derived(std::string message) {
    return fail(Code::plan_not_rederived, std::move(message));
  }

  Result<std::string> branch_name() const {
    const std::string& planned = plan_.provenance.branch;
    if (trusted_.branch.empty() && planned.empty()) {
      return fail(Code::branch_unknown,
                  "neither the plan nor --branch says which branch is trusted");
    }
    if (trusted_.branch.empty() || planned.empty() || trusted_.branch == planned)
      return trusted_.branch.empty() ? planned : trusted_.branch;
    return fail(Code::wrong_branch, "the plan is for {}, not for {}", printable(planned),
                printable(trusted_.branch));
  }

  // What the remote has counts more than what somebody committed here. Only exact names: a branch
  // may be called like anything.
  static Result<GitCommit> tip_of(const GitRepository& repository, const std::string& branch) {
    constexpr std::string_view kHeads = "refs/heads/";
    if (branch.starts_with(kHeads)) {
      TRY(const auto remote,
          repository.reference("refs/remotes/origin/" + branch.substr(kHeads.size())));
      if (remote) return *remote;
    }
    TRY(const auto local, repository.reference(branch));
    if (local) return *local;
    return fail(Code::no_such_revision, "no such branch: {}", printable(branch))
        .hint("fetch it, or name another one with --branch");
  }

  static Error moved(const std::string& branch, const GitCommit& tip, std::string_view path) {
    return fail(Code::branch_moved, "{} at the tip of {} ({}) is not what the plan leads to",
                printable(path), printable(branch), tip.id.substr(0, 12));
  }

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
    std::optional<std::vector<Change>> live_changes;
    if (plan_.is_live()) {
      TRY_VOID(check_against_head(revisions.after, created));
      live_changes = bare_changes();
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
    if (plan_.settings.empty()) return {};
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
  GitCommit tip_ = {};                  // of the trusted branch
  std::string settings_path_ = {};      // there
  std::string old_settings_path_ = {};  // at the base
};

Result<FreshPlan> check_fresh(VerifiedPlan plan, const TrustedBranch& trusted, Instant now,
                              const PluginTypes& types) {
  // By value and by reference: what is checked is a copy, so that moving the plan is safe.
  const VerifiedPlan checked = plan;
  return Freshness(checked, trusted, types).check(std::move(plan), now);
}

}  // namespace hookplan
