// SPDX-License-Identifier: Apache-2.0
#include "core/apply/review_evidence.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"
#include "core/sign/policy_findings.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxCommits = 20'000;  // since the last apply
constexpr std::size_t kMaxLookups = 500;     // those of them that change a config or settings
constexpr std::size_t kMaxReviewed = 100;    // different commits that reviews of one are for
constexpr std::size_t kMaxEnvelopes = 200;
constexpr std::size_t kMaxFetches = 100;
constexpr std::size_t kShortCommit = 12;

std::string short_name(std::string_view branch) {
  constexpr std::string_view kHeads = "refs/heads/";
  if (branch.starts_with(kHeads)) branch.remove_prefix(kHeads.size());
  return std::string(branch);
}

GivenReview::State state_of(ReviewRecordEntry::State state) {
  switch (state) {
    case ReviewRecordEntry::State::approved: return GivenReview::State::approved;
    case ReviewRecordEntry::State::changes_requested: return GivenReview::State::changes_requested;
    case ReviewRecordEntry::State::dismissed: break;
  }
  return GivenReview::State::dismissed;
}

// A pull request, and where in the branch it is: positions count from the tip backward.
struct Placed {
  PullRequestRecord record = {};
  std::size_t merged_at = 0;
  std::size_t begins_at = 0;  // the oldest commit that came with it, as far as looked up
};

class ReviewSearch {
 public:
  ReviewSearch(const Plan& plan, const TrustedBranch& trusted, ReviewRecord& record, Instant now,
               const PluginTypes& types, const FetchCommit& fetch, const GitRepository& repository)
      : plan_(plan),
        trusted_(trusted),
        record_(record),
        now_(now),
        types_(types),
        fetch_(fetch),
        repository_(repository) {}

  Result<FoundReviews> find(const GitCommit& tip) {
    TRY_VOID(walk(tip));
    TRY_VOID(look_up());
    for (const Placed& placed : in_merge_order()) TRY_VOID(add(placed));
    return std::move(found_);
  }

 private:
  // --- commits of the branch

  // Along first parents, so that each step is what one push or merge made of the branch. Usually
  // the base is one of them; where it came in with a merge, everything behind it ends the walk.
  Result<void> walk(const GitCommit& tip) {
    const std::string& base = plan_.provenance.before.commit;
    for (GitCommit commit = tip; commit.id != base;) {
      if (chain_.size() == kMaxCommits) return too_many();
      chain_.push_back(commit);
      if (commit.first_parent.empty()) return base.empty() ? Result<void>() : cut_behind(base);
      TRY(commit, repository_.first_parent_of(commit));
    }
    return {};
  }

  Result<void> cut_behind(const std::string& base) {
    TRY(const GitCommit commit, repository_.commit(base));
    std::size_t beyond = 0;  // all before it are beyond the base, all from `behind` on behind it
    std::size_t behind = chain_.size();
    while (beyond < behind) {
      const std::size_t middle = beyond + (behind - beyond) / 2;
      TRY(const bool is_behind, repository_.is_ancestor(chain_[middle].id, commit));
      (is_behind ? behind : beyond) = is_behind ? middle : middle + 1;
    }
    chain_.resize(behind);
    return {};
  }

  static Error too_many() {
    return fail(Code::review_range_too_long, "more than {} commits since the base of the plan",
                kMaxCommits);
  }

  // Whether what the branch says of webhooks may be another thing after this commit.
  Result<bool> matters(const GitCommit& commit) const {
    if (commit.first_parent.empty()) return true;
    TRY(const GitCommit parent, repository_.first_parent_of(commit));
    std::vector<std::string_view> paths = {plan_.provenance.path, kSettingsName};
    for (const std::string& path :
         {std::cref(plan_.provenance.before.path), std::cref(trusted_.settings)}) {
      if (!path.empty()) paths.push_back(path);
    }
    return repository_.may_differ(parent, commit, paths);
  }

  // --- pull requests

  Result<void> look_up() {
    std::size_t lookups = 0;
    for (std::size_t i = 0; i < chain_.size(); ++i) {
      TRY(const bool is_asked_for, matters(chain_[i]));
      if (!is_asked_for) continue;
      if (++lookups > kMaxLookups) {
        return fail(Code::review_range_too_long, "more than {} commits to look up", kMaxLookups);
      }
      TRY(const std::vector<PullRequestRecord> pulls, record_.merged_with(chain_[i].id));
      for (const PullRequestRecord& pull : pulls) place(pull, i);
    }
    return {};
  }

  // One that was merged into another branch, or before the base, brought nothing here.
  void place(const PullRequestRecord& pull, std::size_t at) {
    const std::string branch = trusted_.branch.empty() ? plan_.provenance.branch : trusted_.branch;
    const auto merge = std::ranges::find(chain_, pull.merge_commit, &GitCommit::id);
    if (pull.branch != short_name(branch) || merge == chain_.end()) return;
    const auto merged_at = static_cast<std::size_t>(merge - chain_.begin());
    Placed& placed = pulls_.try_emplace(pull.number, Placed{pull, merged_at, at}).first->second;
    placed.begins_at = std::max(placed.begins_at, at);
  }

  std::vector<Placed> in_merge_order() const {
    std::vector<Placed> all;
    for (const auto& [number, placed] : pulls_) all.push_back(placed);
    std::ranges::stable_sort(all, std::greater<>(), &Placed::merged_at);
    return all;
  }

  Result<void> add(const Placed& placed) {
    const PullRequestRecord& pull = placed.record;
    MergedPull merged{pull.number, pull.author, pull.opened, {}, {}};
    const std::string reference = fmt::format("pull/{}/head", pull.number);
    bring(pull.head, reference);
    merged.plan = plan_at(pull.head, placed);
    if (!merged.plan) note_missing(pull.number, pull.head, reference);
    TRY(const std::vector<ReviewRecordEntry> reviews, record_.reviews_of(pull.number));
    std::map<std::string, std::optional<Intent>> intents;
    for (const ReviewRecordEntry& review : reviews) {
      merged.reviews.push_back(
          {review.account, review.login, state_of(review.state), review.commit, {}});
      if (review.state != ReviewRecordEntry::State::approved || !merged.plan) continue;
      if (intents.size() == kMaxReviewed && !intents.contains(review.commit)) continue;
      const auto [intent, is_new] = intents.try_emplace(review.commit);
      if (is_new) intent->second = intent_at(review.commit, placed);
      merged.reviews.back().intent = intent->second;
    }
    TRY_VOID(add_comments(pull.number));
    found_.evidence.pulls.push_back(std::move(merged));
    return {};
  }

  std::optional<Intent> intent_at(const std::string& commit, const Placed& placed) {
    bring(commit, "");
    const std::optional<Plan> plan = plan_at(commit, placed);
    if (plan) return intent_of(*plan);
    note_missing(placed.record.number, commit, commit);
    return std::nullopt;
  }

  Result<void> add_comments(std::uint64_t number) {
    TRY(const std::vector<std::string> comments, record_.comments_of(number));
    for (const std::string& comment : comments) {
      for (FoundEnvelope& each : envelopes_in(comment, fmt::format("a comment on #{}", number))) {
        if (found_.evidence.envelopes.size() == kMaxEnvelopes) return {};
        found_.evidence.envelopes.push_back(std::move(each));
      }
    }
    return {};
  }

  // --- what a commit of a pull request changes

  // Only the full id: a name could be that of a branch.
  bool is_here(const std::string& id) const {
    const Result<GitCommit> commit = repository_.commit(id);
    return commit && commit->id == id;
  }

  // Not every server gives a commit by its id, and few have a reference to it.
  void bring(const std::string& id, const std::string& reference) {
    constexpr std::size_t kIdLength = 40;
    const bool is_id =
        id.size() == kIdLength && id.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!fetch_ || !is_id || is_here(id) || fetches_ == kMaxFetches) return;
    ++fetches_;
    fetch_(id);
    if (!reference.empty() && !is_here(id)) fetch_(reference);
  }

  // Made again from where it parted from what the branch held before the merge. Nothing where the
  // clone lacks it, or where it cannot be read: nobody knows then what was reviewed.
  std::optional<Plan> plan_at(const std::string& id, const Placed& placed) const {
    const Result<GitCommit> head = repository_.commit(id);
    if (!head || head->id != id) return std::nullopt;
    const GitCommit& first = chain_[placed.begins_at];
    if (first.first_parent.empty()) return std::nullopt;
    const Result<GitCommit> before = repository_.first_parent_of(first);
    if (!before) return std::nullopt;
    const Result<GitCommit> base = repository_.merge_base(*before, *head);
    if (!base) return std::nullopt;
    RevisionRequest request;
    request.repository = trusted_.repository;
    request.base = base->id;
    request.head = id;
    // A config that moved is found on each side by itself.
    if (plan_.provenance.before.path.empty()) request.config_path = plan_.provenance.path;
    request.settings_path = trusted_.settings;
    Result<Revisions> revisions = read_revisions(request, types_);
    if (!revisions || revisions->before.commit.id != base->id) return std::nullopt;
    return make_judged_plan(std::move(revisions).value(), std::nullopt, now_, plan_.tool_version);
  }

  void note_missing(std::uint64_t number, const std::string& commit, const std::string& name) {
    found_.notes.push_back(
        diagnose(Code::reviewed_commit_missing,
                 fmt::format("#{}: {} is not in this clone, or cannot be read", number,
                             printable(commit.substr(0, kShortCommit))),
                 fmt::format("before hookplan runs: git fetch origin {}", shell_word(name))));
  }

  const Plan& plan_;
  const TrustedBranch& trusted_;
  ReviewRecord& record_;
  const Instant now_;
  const PluginTypes& types_;
  const FetchCommit& fetch_;
  const GitRepository& repository_;
  std::vector<GitCommit> chain_ = {};           // from the tip back to the base, without it
  std::map<std::uint64_t, Placed> pulls_ = {};  // by number
  std::size_t fetches_ = 0;
  FoundReviews found_ = {};
};

}  // namespace

Result<FoundReviews> find_reviews(const Plan& plan, const TrustedBranch& trusted,
                                  ReviewRecord& record, Instant now, const PluginTypes& types,
                                  const FetchCommit& fetch) {
  TRY(const GitCommit tip, trusted_tip(plan, trusted));
  TRY(const GitRepository repository, GitRepository::open(trusted.repository));
  return ReviewSearch(plan, trusted, record, now, types, fetch, repository).find(tip);
}

std::vector<FoundEnvelope> envelopes_in(std::string_view comment, std::string_view place) {
  std::vector<FoundEnvelope> all;
  while (!comment.empty()) {
    const std::size_t end = std::min(comment.find('\n'), comment.size());
    std::string_view line = comment.substr(0, end);
    comment.remove_prefix(std::min(end + 1, comment.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with('{') || line.find("\"payloadType\"") == std::string_view::npos) continue;
    all.push_back({std::string(place), std::string(line) + '\n'});
  }
  return all;
}

}  // namespace hookplan
