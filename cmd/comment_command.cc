// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/deadline.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/interruption.h"
#include "cmd/key_options.h"
#include "cmd/review_place.h"
#include "cmd/run_options.h"
#include "cmd/services.h"
#include "cmd/view/comment_markdown.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"
#include "core/sign/sign_plan.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// refs/pull/7/merge
std::string number_in_ref(std::string_view ref) {
  constexpr std::string_view kPrefix = "refs/pull/";
  if (!ref.starts_with(kPrefix)) return {};
  ref.remove_prefix(kPrefix.size());
  return std::string(ref.substr(0, ref.find('/')));
}

Result<std::uint64_t> pull_request_of(const CommandLine& line) {
  constexpr std::int64_t kMax = 2'147'483'647;
  const std::string text =
      line.get("pull-request", number_in_ref(environment_variable("GITHUB_REF")));
  if (text.empty()) return fail(Code::review_place_unknown, "comment needs --pull-request");
  if (const auto number = number_from(text, 1, kMax)) return static_cast<std::uint64_t>(*number);
  return fail(Code::bad_option_value, "--pull-request cannot be {}", excerpt(text))
      .hint("the number of the pull request");
}

Result<std::string> head_of(const CommandLine& line, const Plan& plan) {
  std::string head = line.get("head", plan.provenance.after.commit);
  constexpr std::size_t kSha1 = 40;
  constexpr std::size_t kSha256 = 64;
  const bool is_commit = (head.size() == kSha1 || head.size() == kSha256) &&
                         head.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_commit) return head;
  return fail(Code::bad_option_value, "--head cannot be {}", excerpt(head))
      .hint("the full id of a commit: git rev-parse BRANCH");
}

// The run of GitHub Actions that this is part of, if any.
ReviewRun this_run() {
  constexpr std::int64_t kMaxId = std::int64_t{1} << 53;
  constexpr std::int64_t kMaxAttempt = 1'000'000;
  const auto id = number_from(environment_variable("GITHUB_RUN_ID"), 1, kMaxId);
  if (!id) return {};
  const auto attempt = number_from(environment_variable("GITHUB_RUN_ATTEMPT"), 1, kMaxAttempt);
  return {static_cast<std::uint64_t>(*id), static_cast<std::uint32_t>(attempt.value_or(1))};
}

Result<int> say(const PostedComment& posted, const CommandLine& line, const Console& console) {
  if (line.has("json") || line.get("format") == "json") {
    JsonWriter json;
    json.begin_object();
    json.key("outcome").string(to_string(posted.outcome));
    json.key("url").string(posted.url);
    json.end_object();
    return success_of(console.print(json.take() + "\n"));
  }
  if (posted.outcome == PostedComment::Outcome::superseded) {
    console.complain(shown(
        {diagnose(Code::comment_superseded,
                  "a newer run has written the comment, or the pull request has another head")},
        kSuccess, &line, console.errors));
    return kSuccess;
  }
  if (posted.outcome == PostedComment::Outcome::not_needed)
    return success_of(console.print("no comment: nothing changes, and nothing was said before\n"));
  return success_of(console.print(
      fmt::format("comment {}: {}\n", to_string(posted.outcome), printable(posted.url))));
}

}  // namespace

Result<int> run_comment(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "token"));
  TRY(const ReviewPlace place, review_place_of(line, {"repository", "token", "api"}));
  TRY(const std::uint64_t pull_request, pull_request_of(line));
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxPlanBytes));
  TRY(const PlanFile file, read_plan_file(bytes, path));
  ReviewComment comment;
  comment.mark.config = file.plan.provenance.path;
  TRY(comment.mark.head, head_of(line, file.plan));
  comment.mark.run = this_run();
  comment.mark.intent = file.plan.intent_digest;
  comment.body = [&](const ReviewMark& mark) { return plan_comment(file.plan, mark); };
  comment.creates = file.plan.has_changes() || file.plan.has_errors() || file.plan.is_blocked();
  SystemClock clock;
  Services services(handover_of(line), {}, clock);
  TRY(const auto host, services.review_host("github", place));
  const PausedDeadline calling(PausedDeadline::For::systems);
  TRY(const PostedComment posted, host->put_comment(pull_request, comment));
  return say(posted, line, console);
}

}  // namespace hookplan
