// SPDX-License-Identifier: Apache-2.0
#include "cmd/reviewing.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cmd/deadline.h"
#include "cmd/input_output.h"
#include "cmd/interruption.h"
#include "cmd/review_place.h"
#include "cmd/run_options.h"
#include "cmd/services.h"
#include "cmd/view/diagnostic_text.h"
#include "core/apply/review_evidence.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/sign/envelope.h"
#include "core/sign/review.h"
#include "plugins/child_output.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr ReviewOptions kReviewOptions = {"review-repository", "review-token", "review-api"};

// The record, with the deadline at rest while it is asked. Git is read under the deadline.
class PatientRecord final : public ReviewRecord {
 public:
  explicit PatientRecord(ReviewRecord& record) : record_(record) {}

  Result<std::vector<PullRequestRecord>> merged_with(const std::string& commit) override {
    const PausedDeadline asking(PausedDeadline::For::reading);
    return record_.merged_with(commit);
  }
  Result<std::vector<ReviewRecordEntry>> reviews_of(std::uint64_t pull_request) override {
    const PausedDeadline asking(PausedDeadline::For::reading);
    return record_.reviews_of(pull_request);
  }
  Result<std::vector<std::string>> comments_of(std::uint64_t pull_request) override {
    const PausedDeadline asking(PausedDeadline::For::reading);
    return record_.comments_of(pull_request);
  }

 private:
  ReviewRecord& record_;
};

// A file, or those of a folder whose names end with .dsse.
Result<std::vector<std::filesystem::path>> reviewed_files(const CommandLine& line) {
  constexpr std::size_t kMaxFiles = 200;
  const std::filesystem::path path = line.get("reviewed");
  std::error_code problem;
  if (!std::filesystem::is_directory(path, problem)) return std::vector{path};
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator each(path, problem), end; each != end && !problem;
       each.increment(problem)) {
    if (each->path().extension() == ".dsse") files.push_back(each->path());
  }
  if (problem) {
    return fail(Code::unreadable_file, "cannot read {}: {}", printable(path.string()),
                problem.message());
  }
  if (files.size() > kMaxFiles) {
    return fail(Code::bad_option_value, "--reviewed names a folder with more than {} signed plans",
                kMaxFiles)
        .hint("keep those of pull requests that are not applied yet");
  }
  std::ranges::sort(files);
  return files;
}

Result<std::vector<FoundEnvelope>> given_envelopes(const CommandLine& line) {
  std::vector<FoundEnvelope> all;
  if (!line.has("reviewed")) return all;
  TRY(const std::vector<std::filesystem::path> files, reviewed_files(line));
  for (const std::filesystem::path& file : files) {
    TRY(std::string bytes, read_file(file, kMaxEnvelopeBytes));
    all.push_back({file.string(), std::move(bytes)});
  }
  return all;
}

// More approvals may be found, and nothing else is wrong.
bool may_be_reviewed(const Policy& policy, const Verification& verification) {
  return policy.review && verification.plan && !verification.is_good() &&
         std::ranges::any_of(verification.roles, [&](const RoleReport& role) {
           return role.requirement.role == policy.review->role && !role.is_met();
         });
}

// With git itself, which knows the way to `origin` and its credentials.
void fetch_commit(const CommandLine& line, const std::string& name, Clock& clock) {
  constexpr std::chrono::minutes kMaxFetch{2};
  const PausedDeadline fetching(PausedDeadline::For::reading);
  output_of({{"git", "-C", line.get("repo", "."), "fetch", "--quiet", "--no-tags", "origin", name},
             {{"GIT_TERMINAL_PROMPT", "0"}}},
            kMaxFetch, clock);
}

Result<ReviewEvidence> evidence_for(const CommandLine& line, const Console& console,
                                    const Plan& plan, const TrustedBranch& trusted, Instant now) {
  TRY(const ReviewPlace place, review_place_of(line, kReviewOptions));
  SystemClock clock;
  Services services(handover_of(line), {}, clock);
  TRY(const auto record, services.review_record("github", place));
  PatientRecord patient(*record);
  FetchCommit fetch;
  if (line.has("fetch-reviewed"))
    fetch = [&](const std::string& name) { fetch_commit(line, name, clock); };
  TRY(FoundReviews found, find_reviews(plan, trusted, patient, now, plugin_types(), fetch));
  console.complain(to_text(found.notes, console.errors));
  TRY(std::vector<FoundEnvelope> given, given_envelopes(line));
  std::ranges::move(given, std::back_inserter(found.evidence.envelopes));
  return std::move(found.evidence);
}

// Whoever names a token for reviews thinks that they count. No refusal: the plan that brings such a
// policy is itself judged by the one before.
void warn_of_no_review(const CommandLine& line, const Console& console) {
  for (const std::string_view option : {"review-token", "reviewed"}) {
    if (!line.has(option)) continue;
    Diagnostic warning =
        fail(
            Code::bad_option_value,
            "the policy asks for no review, so --{} changes nothing: its roles decide who must sign",
            option)
            .hint("review: {role: NAME} in the policy lets reviews count")
            .first();
    warning.severity = Severity::warning;
    console.complain(to_text({warning}, console.errors));
    return;
  }
}

// Where nobody looked, the way to look is worth knowing.
void point_to_reviews(Verification& verification, const Policy& policy) {
  for (Diagnostic& problem : verification.problems) {
    if (problem.code != Code::threshold_not_met) continue;
    problem.hint += fmt::format("; or let reviews by {} count: --review-token env:NAME",
                                printable(policy.review->role));
    return;
  }
}

}  // namespace

Result<OpenedPlan> open_reviewed_plan(const CommandLine& line, const Console& console,
                                      std::string_view bytes, const Policy& policy,
                                      const TrustedBranch& trusted, Instant now) {
  const std::string path = name_of_input(line.words.front());
  if (line.has("reviewed") && !line.has("review-token")) {
    return fail(Code::bad_option_value, "--reviewed needs --review-token")
        .hint("it says which pull requests were merged, and signed plans count for those only");
  }
  if (!policy.review) warn_of_no_review(line, console);
  TRY(OpenedPlan opened, open_plan(bytes, path, policy, now));
  if (!may_be_reviewed(policy, opened.verification)) return opened;
  if (!line.has("review-token")) {
    point_to_reviews(opened.verification, policy);
    return opened;
  }
  TRY(const ReviewEvidence evidence,
      evidence_for(line, console, *opened.verification.plan, trusted, now));
  TRY(opened, open_plan(bytes, path, policy, now, &evidence));
  console.complain(to_text(opened.verification.warnings, console.errors));
  return opened;
}

}  // namespace hookplan
