// SPDX-License-Identifier: Apache-2.0
#include "core/ci/ci_revisions.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kShort = 12;

std::string short_of(std::string_view id) { return excerpt(id.substr(0, kShort)); }

// What to write in the workflow so that the clone holds the whole history.
std::string_view history_hint(const CiRun& run) {
  if (run.system.ends_with("Actions")) {
    return "in the workflow, below actions/checkout: with: {fetch-depth: 0}";
  }
  if (run.system == "GitLab") return "in .gitlab-ci.yml, in the job: variables: {GIT_DEPTH: 0}";
  if (run.system == "Azure Pipelines") return "in the pipeline: checkout: self, fetchDepth: 0";
  if (run.system == "Prow") return "in the job: clone_depth: 0, or leave clone_depth out";
  if (run.system == "Bitbucket") return "in bitbucket-pipelines.yml: clone: {depth: full}";
  if (run.system == "Jenkins") return "in the job: turn the shallow clone off";
  return "fetch the whole history: git fetch --unshallow";
}

bool is_absent(const Error& error) {
  const Code code = error.first().code;
  return code == Code::shallow_history || code == Code::partial_clone ||
         code == Code::no_such_revision || code == Code::broken_object;
}

Error missing(const CiRun& run, const std::string& what, const Error& why) {
  // Other errors (an ambiguous name, another owner) are not about history.
  if (!is_absent(why)) return why;
  return fail(Code::ci_base_missing, "{}: {}", what, why.first().message)
      .hint(std::string(history_hint(run)));
}

class Finder {
 public:
  Finder(const GitRepository& repository, const CiRun& run) : repository_(repository), run_(run) {}

  Result<CiRevisions> find() {
    TRY(found_.head, head());
    switch (run_.kind) {
      case BaseKind::named: TRY_VOID(take_named("the base of the run")); break;
      case BaseKind::before_push: TRY_VOID(take_before_push()); break;
      case BaseKind::first_parent: TRY_VOID(take_first_parent("first parent of the head")); break;
      case BaseKind::test_merge: TRY_VOID(take_test_merge()); break;
      case BaseKind::merge_base: TRY_VOID(take_merge_base()); break;
      case BaseKind::deleted: break;
    }
    return std::move(found_);
  }

 private:
  // Of a pull request either the test merge or its head is checked out, and that is what is looked
  // at, whatever else the clone holds.
  Result<GitCommit> head() const {
    if (run_.kind == BaseKind::test_merge && !run_.merged.empty()) {
      const Result<GitCommit> checked_out = repository_.commit("HEAD");
      if (checked_out && checked_out->id == run_.merged) return *checked_out;
    }
    Result<GitCommit> named = repository_.commit(run_.head);
    if (named) return named;
    return missing(run_, "the newer revision of the run", named.error());
  }

  void note(Code code, std::string message, std::string hint = {}) {
    found_.notes.push_back(diagnose(code, std::move(message), std::move(hint)));
  }

  Result<void> take_first_parent(std::string rule) {
    if (found_.head.first_parent.empty()) {
      found_.rule = "the head is the first commit, compared with nothing";
      return {};
    }
    Result<GitCommit> parent = repository_.first_parent_of(found_.head);
    if (!parent) return missing(run_, "the first parent of the head", parent.error());
    found_.base = std::move(parent).value();
    found_.rule = std::move(rule);
    return {};
  }

  // In the history of the head, or the nearest commit that is in both.
  Result<void> take_in_history(GitCommit base, std::string rule) {
    Result<bool> is_behind = repository_.is_ancestor(base.id, found_.head);
    if (!is_behind) return missing(run_, "whether the base is in the history", is_behind.error());
    if (*is_behind) {
      found_.base = std::move(base);
      found_.rule = std::move(rule);
      return {};
    }
    Result<std::optional<GitCommit>> common = common_of(base, found_.head);
    if (!common) return missing(run_, "the merge base", common.error());
    if (!*common) {
      return fail(Code::ci_history_rewritten, "{} and {} have no history in common",
                  short_of(base.id), short_of(found_.head.id))
          .hint("name the older revision with --base");
    }
    note(Code::ci_history_rewritten,
         fmt::format("{} is not in the history of {}: compared with {}, which both have in common; "
                     "what only {} held is not in this plan",
                     short_of(base.id), short_of(found_.head.id), short_of((*common)->id),
                     short_of(base.id)));
    found_.rule = fmt::format("merge base of {} and the head", short_of(base.id));
    found_.base = std::move(**common);
    return {};
  }

  Result<std::optional<GitCommit>> common_of(const GitCommit& one, const GitCommit& other) const {
    Result<GitCommit> found = repository_.merge_base(one, other);
    if (found) return std::optional<GitCommit>(std::move(found).value());
    if (found.error().first().code == Code::no_merge_base) return std::optional<GitCommit>();
    return std::move(found).error();
  }

  Result<void> take_named(std::string_view what) {
    Result<GitCommit> base = repository_.commit(run_.base);
    if (!base) return missing(run_, std::string(what), base.error());
    return take_in_history(std::move(base).value(), std::string(what));
  }

  Result<void> take_before_push() {
    if (run_.base.empty()) {
      note(Code::ci_base_guessed,
           "nothing says what was there before: the first parent is the base");
      return take_first_parent("first parent of the head");
    }
    if (is_zeros(run_.base)) return take_new_branch();
    const Result<GitCommit> before = repository_.commit(run_.base);
    if (!before && run_.was_forced && is_absent(before.error())) {
      // Nobody has it any more, so no depth of a clone would help.
      note(Code::ci_history_rewritten,
           fmt::format("a force push dropped {}, and it is not in this clone: the first parent is "
                       "the base",
                       short_of(run_.base)));
      return take_first_parent("first parent of the head, after a force push");
    }
    return take_named("what was there before the push");
  }

  // A new branch begins where it left the default branch; the default branch itself with its last
  // commit.
  Result<void> take_new_branch() {
    if (run_.branch != run_.default_branch) {
      TRY(const std::optional<GitCommit> target, remote_branch(run_.default_branch));
      if (target) {
        note(Code::ci_base_guessed, "a new branch: compared with where it left the default branch");
        return take_nearest({*target});
      }
    }
    note(Code::ci_base_guessed, "a new branch: the first parent is the base");
    return take_first_parent("first parent of the head of a new branch");
  }

  Result<void> take_test_merge() {
    const GitCommit& head = found_.head;
    const bool is_merge = !head.second_parent.empty();
    if (is_merge && head.second_parent == run_.merged)
      return take_first_parent("first parent of the test merge");
    if (is_merge && run_.merged.empty() && head.first_parent == run_.base)
      return take_first_parent("first parent of the test merge");
    return take_merge_base();
  }

  Result<void> take_merge_base() {
    std::vector<GitCommit> targets;
    TRY(const std::optional<GitCommit> branch,
        remote_branch(run_.branch.empty() && run_.base.empty() ? "HEAD" : run_.branch));
    if (branch) targets.push_back(*branch);
    if (!run_.base.empty()) {
      Result<GitCommit> named = repository_.commit(run_.base);
      if (named) {
        targets.push_back(std::move(named).value());
      } else if (run_.system.empty()) {
        return take_first_parent("first parent of HEAD, because the branch has no upstream");
      } else if (targets.empty()) {
        return missing(run_, "the target of the pull request", named.error());
      }
    }
    if (targets.empty()) {
      return fail(Code::ci_base_missing, "{} is not in this clone",
                  run_.branch.empty() ? "the default branch" : excerpt(run_.branch))
          .hint(std::string(history_hint(run_)));
    }
    return take_nearest(targets);
  }

  // Of the merge bases the one nearest to the head: a system may name a target that lags behind the
  // branch, and what came from there meanwhile is not a change of the pull request.
  Result<void> take_nearest(const std::vector<GitCommit>& targets) {
    std::optional<GitCommit> nearest_base;
    for (const GitCommit& target : targets) {
      Result<std::optional<GitCommit>> common = common_of(target, found_.head);
      if (!common) return missing(run_, "the merge base", common.error());
      if (!*common) continue;
      if (nearest_base) {
        Result<bool> is_older = repository_.is_ancestor((*common)->id, *nearest_base);
        if (!is_older) return missing(run_, "the merge base", is_older.error());
        if (*is_older) continue;
      }
      nearest_base = std::move(**common);
    }
    if (!nearest_base) {
      return fail(Code::ci_history_rewritten, "the head and its target have no history in common")
          .hint("name the older revision with --base");
    }
    found_.base = *std::move(nearest_base);
    found_.rule = run_.system.empty() ? "where HEAD left its upstream branch"
                                      : "merge base of the head and its target";
    return {};
  }

  // What the remote has; a branch may be called like anything, so only by its exact name.
  Result<std::optional<GitCommit>> remote_branch(std::string_view branch) const {
    constexpr std::string_view kBranches = "refs/heads/";
    if (branch.starts_with(kBranches)) branch.remove_prefix(kBranches.size());
    constexpr std::size_t kLongest = 900;  // no file system holds a longer one
    if (branch.empty() || branch.starts_with("refs/") || branch.size() > kLongest)
      return std::optional<GitCommit>();
    return repository_.reference(fmt::format("refs/remotes/origin/{}", branch));
  }

  const GitRepository& repository_;
  const CiRun& run_;
  CiRevisions found_ = {};
};

}  // namespace

Result<CiRevisions> ci_revisions_of(const GitRepository& repository, const CiRun& run) {
  if (run.kind == BaseKind::deleted) {
    CiRevisions nothing;
    nothing.rule = "the branch was deleted";
    nothing.notes.push_back(diagnose(Code::ci_nothing_to_do, "the push deleted the branch"));
    return nothing;
  }
  return Finder(repository, run).find();
}

}  // namespace hookplan
