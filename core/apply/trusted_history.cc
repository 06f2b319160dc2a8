// SPDX-License-Identifier: Apache-2.0
#include "core/apply/trusted_history.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/apply/told_words.h"
#include "core/base/text.h"
#include "core/config/locate.h"
#include "core/config/revisions.h"
#include "core/config/settings.h"

namespace hookplan {
namespace {

Error not_derived(std::string message) {
  return fail(Code::plan_not_rederived, std::move(message));
}

bool is_file_of(const std::optional<GitFile>& file, const std::optional<FileProvenance>& told) {
  return file.has_value() == told.has_value() && (!file || file->blob == told->blob);
}

Result<std::optional<GitFile>> settings_file(const GitRepository& repository,
                                             const GitCommit& commit, const std::string& path) {
  if (path.empty()) return std::optional<GitFile>();
  return repository.file(commit, path, kMaxSettingsBytes);
}

Result<std::string> branch_name(const std::string& trusted, const std::string& planned) {
  if (trusted.empty() && planned.empty()) {
    return fail(Code::branch_unknown, "neither the plan nor --branch says which branch is trusted");
  }
  if (trusted.empty()) return planned;
  if (planned.empty() || trusted == planned) return trusted;
  return fail(Code::wrong_branch, "the plan is for {}, not for {}", printable(planned),
              printable(trusted));
}

struct BranchTip {
  GitCommit commit;
  std::string name;  // the reference it was read from, as people write it
};

// What the remote has counts more than what somebody committed here. Only exact names: a branch may
// be called like anything.
Result<BranchTip> tip_of(const GitRepository& repository, const std::string& branch) {
  constexpr std::string_view kHeads = "refs/heads/";
  if (branch.starts_with(kHeads)) {
    const std::string name = branch.substr(kHeads.size());
    TRY(const auto remote, repository.reference("refs/remotes/origin/" + name));
    if (remote) return BranchTip{*remote, "origin/" + name};
  }
  TRY(const auto local, repository.reference(branch));
  if (local) return BranchTip{*local, branch};
  return fail(Code::no_such_revision, "no such branch: {}", printable(branch))
      .hint("fetch it, or name another one with --branch");
}

// The questions to one repository, each about one claim of the plan.
class HistoryCheck {
 public:
  HistoryCheck(const Plan& plan, const TrustedBranch& trusted, const PluginTypes& types,
               const GitRepository& repository, std::string branch)
      : told_(plan.provenance),
        is_live_(plan.is_live()),
        trusted_(trusted),
        types_(types),
        repository_(repository),
        branch_(std::move(branch)) {}

  Result<TrustedHistory> check() {
    TRY(BranchTip tip, tip_of(repository_, branch_));
    found_.tip = std::move(tip.commit);
    tip_name_ = std::move(tip.name);
    TRY_VOID(check_tip());
    TRY_VOID(check_base());
    return std::move(found_);
  }

 private:
  Result<std::string> settings_at(const GitCommit& commit, const std::string& config_path) const {
    return locate_settings(repository_, commit, config_path, trusted_.settings);
  }

  Result<void> check_tip() {
    TRY(const auto config, repository_.file(found_.tip, told_.path, kMaxConfigBytes));
    TRY(found_.settings_path, settings_at(found_.tip, told_.path));
    TRY(const auto settings, settings_file(repository_, found_.tip, found_.settings_path));
    if (!is_file_of(config, told_.after.config)) return moved(told_.path);
    if (!is_file_of(settings, told_.after.settings))
      return moved(found_.settings_path.empty() ? kSettingsName : found_.settings_path);
    TRY_VOID(check_place(settings));
    return check_repository();
  }

  Error moved(std::string_view path) const {
    return fail(Code::branch_moved, "{} at the tip of {} ({}) is not what the plan leads to",
                printable(path), printable(tip_name_), found_.tip.id.substr(0, 12));
  }

  // What the trusted branch says where its config is counts more than what the planner named.
  Result<void> check_place(const std::optional<GitFile>& settings) const {
    if (!settings) return {};
    const Result<Settings> read = read_settings(settings->bytes, found_.settings_path, types_);
    if (!read || read->config.empty() || read->config == told_.path) return {};
    return not_derived(fmt::format("{} names {} as the config, not {}",
                                   printable(found_.settings_path), printable(read->config),
                                   printable(told_.path)));
  }

  Result<void> check_repository() const {
    const std::string origin = repository_.origin();
    if (origin.empty() || told_.repository.empty() || is_one_remote(origin, told_.repository))
      return {};
    return not_derived("the plan is for another repository");
  }

  // The contents that the plan begins with decide what is a change, and their guards what may be
  // done: they must be those of its base, and that must be in the history of the branch.
  Result<void> check_base() {
    TRY_VOID(check_first_parent());
    const SideProvenance& base = told_.before;
    const bool from_nothing = base.commit.empty();
    const std::string& id = from_nothing ? told_.after.commit : base.commit;
    TRY(const bool is_behind, repository_.is_ancestor(id, found_.tip));
    if (!is_behind) {
      return fail(Code::wrong_branch, "the {} {} of the plan is not in the history of {}",
                  from_nothing ? "head" : "base", id.substr(0, 12), printable(branch_));
    }
    TRY(const GitCommit commit, repository_.commit(id));
    found_.base_config_path = base.path.empty() ? told_.path : base.path;
    if (from_nothing) {
      if (commit.first_parent.empty()) return {};
      return not_derived("the plan begins with nothing, and its head is not the first commit");
    }
    TRY_VOID(check_move(commit));
    return check_base_contents(commit);
  }

  Result<void> check_base_contents(const GitCommit& commit) {
    const SideProvenance& base = told_.before;
    TRY(const auto config, repository_.file(commit, found_.base_config_path, kMaxConfigBytes));
    TRY(found_.base_settings_path, settings_at(commit, found_.base_config_path));
    TRY(const auto settings, settings_file(repository_, commit, found_.base_settings_path));
    if (commit.tree == base.tree && is_file_of(config, base.config) &&
        is_file_of(settings, base.settings))
      return {};
    return not_derived("the plan does not begin with what its base holds");
  }

  // Where the head of the plan is still known, so is its first parent.
  Result<void> check_first_parent() const {
    if (is_live_ || !says_first_parent(told_.base_rule)) return {};
    if (told_.after.commit != found_.tip.id) {
      const Result<GitCommit> head = repository_.commit(told_.after.commit);
      if (!head || head->first_parent == told_.before.commit) return {};
    } else if (found_.tip.first_parent == told_.before.commit) {
      return {};
    }
    return not_derived("the base is not the first parent of the head");
  }

  // A config that moved is gone from its old place and was not at the new one before. Otherwise the
  // plan compares two files, and what either loses goes unseen.
  Result<void> check_move(const GitCommit& base) const {
    if (!told_.after.path.empty())
      return not_derived("the plan leads to another path than its own");
    const std::string& old_path = told_.before.path;
    if (old_path.empty()) return {};
    TRY(const auto stays, repository_.file(found_.tip, old_path, kMaxConfigBytes));
    TRY(const auto was_there, repository_.file(base, told_.path, kMaxConfigBytes));
    if (!stays && !was_there) return {};
    return not_derived(fmt::format("the config did not move from {} to {}", printable(old_path),
                                   printable(told_.path)));
  }

  const Provenance& told_;
  const bool is_live_;
  const TrustedBranch& trusted_;
  const PluginTypes& types_;
  const GitRepository& repository_;
  const std::string branch_;
  std::string tip_name_ = {};
  TrustedHistory found_ = {};
};

}  // namespace

Result<GitCommit> trusted_tip(const Plan& plan, const TrustedBranch& trusted) {
  TRY(const std::string branch, branch_name(trusted.branch, plan.provenance.branch));
  TRY(const GitRepository repository, GitRepository::open(trusted.repository));
  TRY(BranchTip tip, tip_of(repository, branch));
  return std::move(tip.commit);
}

Result<TrustedHistory> check_history(const Plan& plan, const TrustedBranch& trusted,
                                     const PluginTypes& types) {
  TRY(std::string branch, branch_name(trusted.branch, plan.provenance.branch));
  TRY(const GitRepository repository, GitRepository::open(trusted.repository));
  return HistoryCheck(plan, trusted, types, repository, std::move(branch)).check();
}

}  // namespace hookplan
