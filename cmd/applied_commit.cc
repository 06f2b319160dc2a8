// SPDX-License-Identifier: Apache-2.0
#include "cmd/applied_commit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "cmd/view/styled_text.h"
#include "core/base/text.h"
#include "core/config/revisions.h"
#include "core/ports/ledger.h"
#include "core/ports/token_store.h"

namespace hookplan {
namespace {

// A plan of which something was not even begun does not count: nothing else tells of that part.
std::optional<LedgerPlan> last_plan_of(const Ledger& ledger) {
  const auto found = std::find_if(ledger.plans.rbegin(), ledger.plans.rend(),
                                  [](const LedgerPlan& plan) { return !plan.omitted; });
  return found == ledger.plans.rend() ? std::nullopt : std::optional<LedgerPlan>(*found);
}

Error gone(const LedgerPlan& plan, const GitCommit& head) {
  return fail(Code::ci_applied_commit_gone,
              "{}, which was applied last, is not in the history of {}",
              excerpt(plan.commit.substr(0, kShortId)), head.id.substr(0, kShortId));
}

class AppliedCommit {
 public:
  AppliedCommit(const GitRepository& repository, const GitCommit& head, const std::string& path)
      : repository_(repository), head_(head), path_(path) {}

  Result<GitCommit> of(const LedgerPlan& plan) const {
    const Result<GitCommit> named = repository_.commit(plan.commit);
    if (named && named->id == plan.commit) {
      TRY(const bool is_behind, repository_.is_ancestor(named->id, head_));
      if (is_behind) return *named;
    }
    return with_config_of(plan);
  }

 private:
  Result<bool> has_config_of(const LedgerPlan& plan, const GitCommit& commit) const {
    TRY(const auto file, repository_.file(commit, path_, kMaxConfigBytes));
    return (file ? file->blob : std::string()) == plan.config;
  }

  Result<GitCommit> with_config_of(const LedgerPlan& plan) const {
    constexpr std::size_t kMaxCommits = 10'000;
    GitCommit commit = head_;
    for (std::size_t i = 0; i < kMaxCommits; ++i) {
      TRY(const bool is_same, has_config_of(plan, commit));
      if (is_same) return commit;
      if (commit.first_parent.empty()) break;
      TRY(commit, repository_.first_parent_of(commit));
    }
    return gone(plan, head_);
  }

  const GitRepository& repository_;
  const GitCommit& head_;
  const std::string& path_;
};

}  // namespace

Result<std::optional<GitCommit>> applied_commit(const GitRepository& repository,
                                                const GitCommit& head, const Settings& settings,
                                                const std::string& config_path,
                                                const Outside& outside) {
  const AppliedCommit finder(repository, head, config_path);
  std::set<const TokenStore*> seen;
  std::optional<GitCommit> oldest;
  for (const RouteRule& rule : settings.routes) {
    TRY(const Systems systems, outside.systems_of(rule.route));
    if (!seen.insert(&systems.store).second) continue;
    TRY(const StoreContents contents, systems.store.read());
    const std::optional<LedgerPlan> plan = last_plan_of(contents.ledger);
    if (!plan) continue;
    TRY(GitCommit commit, finder.of(*plan));
    if (oldest) {
      TRY(const bool is_older, repository.is_ancestor(commit.id, *oldest));
      if (!is_older) continue;
    }
    oldest = std::move(commit);
  }
  return oldest;
}

}  // namespace hookplan
