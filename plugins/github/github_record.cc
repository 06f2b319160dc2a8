// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_record.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/github/github_answers.h"

namespace hookplan {
namespace {

using State = ReviewRecordEntry::State;

// Whose account is gone has no user.
std::int64_t account_at(const JsonValue& value) {
  const JsonValue* const user = value.find("user");
  if (user == nullptr) return 0;
  return number_from(text_at(*user, "id"), 1, INT64_MAX).value_or(0);
}

std::string text_in(const JsonValue& value, std::string_view part, std::string_view name) {
  const JsonValue* const member = value.find(part);
  return member == nullptr ? std::string() : std::string(text_at(*member, name));
}

Error odd(std::string_view what) {
  return fail(Code::forge_odd_answer, "GitHub names a {} without what tells it from others", what);
}

// https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit
// Nothing for one that was not merged: of a commit that is on no branch it lists open ones, too.
Result<std::optional<PullRequestRecord>> merged_at(const JsonValue& value) {
  const auto merged = instant_from_rfc3339(text_at(value, "merged_at"));
  if (!merged) return std::optional<PullRequestRecord>();
  PullRequestRecord pull;
  const auto number = number_from(text_at(value, "number"), 1, INT64_MAX);
  const auto opened = instant_from_rfc3339(text_at(value, "created_at"));
  pull.head = text_in(value, "head", "sha");
  pull.merge_commit = text_at(value, "merge_commit_sha");
  if (!number || !opened || pull.head.empty() || pull.merge_commit.empty())
    return odd("pull request");
  pull.number = static_cast<std::uint64_t>(*number);
  pull.opened = *opened;
  pull.author = account_at(value);
  pull.branch = text_in(value, "base", "ref");
  return std::optional(std::move(pull));
}

// A commit is in forks, too, and theirs have pull requests with the same numbers.
bool is_into(const JsonValue& pull, std::string_view repository) {
  const JsonValue* const base = pull.find("base");
  return base != nullptr &&
         ascii_lower(text_in(*base, "repo", "full_name")) == ascii_lower(repository);
}

std::optional<State> state_from(std::string_view word) {
  if (word == "APPROVED") return State::approved;
  if (word == "CHANGES_REQUESTED") return State::changes_requested;
  if (word == "DISMISSED") return State::dismissed;
  return std::nullopt;  // COMMENTED and PENDING say nothing
}

Error refusal(std::string_view repository, const HttpResponse& answer) {
  const auto judge = [&]() -> Error {
    if (auto error = general_refusal(repository, answer)) return *std::move(error);
    switch (answer.status) {
      case 403:
      case 404:
        return fail(Code::reviews_not_readable,
                    "{}: GitHub does not show pull requests and reviews to this credential: {}",
                    printable(repository), what_was_said(answer));
      default:
        return fail(Code::forge_odd_answer, "GitHub answered {} when asked for reviews of {}",
                    what_was_said(answer), printable(repository));
    }
  };
  return judge().entry(repository);
}

}  // namespace

GithubRecord::GithubRecord(GithubApi api, std::string repository)
    : api_(std::move(api)),
      comments_(api_, repository),
      repository_(std::move(repository)),
      base_(path_of_repository(repository_)) {}

Result<std::vector<JsonValue>> GithubRecord::list(const std::string& path) const {
  TRY(const std::vector<HttpResponse> pages,
      api_.read_list(repository_, fmt::format("{}{}?per_page=100", base_, path)));
  std::vector<JsonValue> all;
  for (const HttpResponse& page : pages) {
    if (page.status != 200) return refusal(repository_, page);
    TRY(JsonValue json, json_of(page));
    std::ranges::move(json.items, std::back_inserter(all));
  }
  return all;
}

Result<std::vector<PullRequestRecord>> GithubRecord::merged_with(const std::string& commit) {
  TRY(const std::vector<JsonValue> listed, list(fmt::format("/commits/{}/pulls", commit)));
  std::vector<PullRequestRecord> all;
  for (const JsonValue& each : listed) {
    if (!is_into(each, repository_)) continue;
    TRY(std::optional<PullRequestRecord> pull, merged_at(each));
    if (pull) all.push_back(*std::move(pull));
  }
  return all;
}

// https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request: in the order in
// which they were given. One that is dismissed keeps its place and changes its state.
Result<std::vector<ReviewRecordEntry>> GithubRecord::reviews_of(std::uint64_t pull_request) {
  TRY(const std::vector<JsonValue> listed, list(fmt::format("/pulls/{}/reviews", pull_request)));
  std::vector<ReviewRecordEntry> all;
  for (const JsonValue& each : listed) {
    const std::optional<State> state = state_from(text_at(each, "state"));
    if (!state) continue;
    all.push_back({account_at(each), text_in(each, "user", "login"), *state,
                   std::string(text_at(each, "commit_id"))});
  }
  return all;
}

Result<std::vector<std::string>> GithubRecord::comments_of(std::uint64_t pull_request) {
  TRY(const std::vector<GithubComment> comments, comments_.list(pull_request));
  std::vector<std::string> all;
  all.reserve(comments.size());
  for (const GithubComment& each : comments) all.push_back(each.body);
  return all;
}

}  // namespace hookplan
