// SPDX-License-Identifier: Apache-2.0
#include "core/config/chosen_commits.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kFork = "...";
constexpr std::string_view kPair = "..";

std::string or_head(std::string_view name) { return name.empty() ? "HEAD" : std::string(name); }

// What stands before and after the dots of a range. No reference has two dots in its name.
std::pair<std::string, std::string> sides_of(std::string_view range, std::string_view dots) {
  const std::size_t at = range.find(dots);
  return {or_head(range.substr(0, at)), or_head(range.substr(at + dots.size()))};
}

Result<ChosenCommits> against_fork(const GitRepository& repository, std::string_view range) {
  const auto [ours, theirs] = sides_of(range, kFork);
  ChosenCommits chosen;
  TRY(const GitCommit other, repository.commit(ours));
  TRY(chosen.head, repository.commit(theirs));
  TRY(chosen.base, repository.merge_base(other, chosen.head));
  chosen.base_is_named = true;
  chosen.rule = fmt::format("where {} parted from {}", theirs, ours);
  return chosen;
}

Result<ChosenCommits> against_named(const GitRepository& repository, const std::string& base,
                                    const std::string& head) {
  ChosenCommits chosen;
  TRY(chosen.head, repository.commit(head));
  TRY(chosen.base, repository.commit(base));
  chosen.base_is_named = true;
  chosen.rule = fmt::format("named on the command line: {}", base);
  if (repository.is_shallow()) return chosen;
  TRY(const bool is_behind, repository.is_ancestor(chosen.base.id, chosen.head));
  chosen.base_is_apart = !is_behind;
  if (chosen.base_is_apart) chosen.rule += fmt::format(", which is not in the history of {}", head);
  return chosen;
}

}  // namespace

Result<ChosenCommits> choose_commits(const GitRepository& repository, std::string base,
                                     std::string head) {
  if (head.empty() && base.find(kFork) != std::string::npos) return against_fork(repository, base);
  if (head.empty() && base.find(kPair) != std::string::npos)
    std::tie(base, head) = sides_of(base, kPair);
  head = or_head(head);
  if (!base.empty()) return against_named(repository, base, head);
  ChosenCommits chosen;
  TRY(chosen.head, repository.commit(head));
  if (chosen.head.first_parent.empty()) {
    chosen.rule = fmt::format("{} is the first commit, compared with nothing", head);
    return chosen;
  }
  TRY(chosen.base, repository.first_parent_of(chosen.head));
  chosen.rule = fmt::format("first parent of {}", head);
  return chosen;
}

}  // namespace hookplan
