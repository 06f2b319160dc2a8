// SPDX-License-Identifier: Apache-2.0
#include "core/ci/ci_run.h"

#include <string>

#include <catch2/catch.hpp>

namespace hookplan {
namespace {

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');

Result<CiRun> run_with(CiEnvironment environment, const std::string& event = {}) {
  const Result<CiFacts> facts =
      CiFacts::read(std::move(environment), event, event.empty() ? "" : "event.json");
  if (!facts) return facts.error();
  return ci_run_of(*facts);
}

CiEnvironment push_to(const std::string& ref) {
  return {{"GITHUB_ACTIONS", "true"},
          {"GITHUB_EVENT_NAME", "push"},
          {"GITHUB_REF", ref},
          {"GITHUB_SHA", kCommit}};
}

const std::string kPush = R"({"before":")" + kOther + R"(","after":")" + kCommit +
                          R"(","repository":{"default_branch":"main"}})";

TEST_CASE("every rule of the table is for a run that can be told from all others") {
  for (const CiRule& rule : ci_rules()) {
    CAPTURE(rule.system, rule.event);
    CHECK_FALSE(rule.when.empty());
    CHECK((rule.kind == BaseKind::deleted) == rule.head.empty());
    CHECK((rule.kind == BaseKind::test_merge || rule.merged.empty()));
    // What may be trusted says of which branch it is.
    CHECK((rule.trust == CiTrust::nobody || !rule.branch.empty()));
  }
}

TEST_CASE("only a run of the trusted branch is trusted") {
  CHECK(check_trusted(*run_with(push_to("refs/heads/main"), kPush), ""));
  CHECK(check_trusted(*run_with(push_to("refs/heads/release"), kPush), "release"));
  for (const std::string ref :
       {"refs/tags/main", "main", "refs/heads/Main", "refs/heads/main ", "refs/heads/main/x",
        "refs/heads/release", "", "refs/pull/1/merge"}) {
    CAPTURE(ref);
    const Result<CiRun> run = run_with(push_to(ref), kPush);
    REQUIRE(run);
    const bool is_named = ref == "main";  // a bare name is that branch
    CHECK(check_trusted(*run, "").has_value() == is_named);
  }
  // Nobody says which branch is trusted.
  const Result<CiRun> run = run_with({{"JENKINS_URL", "x"}, {"BRANCH_NAME", "main"}});
  CHECK_FALSE(check_trusted(*run, ""));
  CHECK(check_trusted(*run, "main"));
  CHECK_FALSE(check_trusted(*run, "refs/tags/main"));
}

TEST_CASE("what was not merged yet is never trusted, whatever its branch is called") {
  for (const std::string event :
       {"pull_request", "pull_request_target", "workflow_run", "merge_group"}) {
    CAPTURE(event);
    CiEnvironment environment = push_to("refs/heads/main");
    environment["GITHUB_EVENT_NAME"] = event;
    const Result<CiRun> run = run_with(
        environment, R"({"repository":{"default_branch":"main"},"pull_request":{"base":{"sha":")" +
                         kOther + R"(","ref":"main"},"head":{"sha":")" + kCommit +
                         R"("}},"workflow_run":{"head_sha":")" + kCommit +
                         R"("},"merge_group":{"head_sha":")" + kCommit + R"(","base_sha":")" +
                         kOther + R"("}})");
    REQUIRE(run);
    CHECK_FALSE(check_trusted(*run, "main"));
    CiRun renamed = *run;
    name_revisions(renamed, kOther, "main");
    CHECK_FALSE(check_trusted(renamed, "main"));
  }
}

TEST_CASE("a fact is a commit or an error") {
  for (const std::string value : {"main", "HEAD~1", "-x", "AAAAAAAA", "aaa", "a b"}) {
    CAPTURE(value);
    const Result<CiRun> run =
        run_with(push_to("refs/heads/main"),
                 R"({"before":")" + value + R"(","after":")" + kCommit + R"("})");
    REQUIRE_FALSE(run);
    CHECK(run.error().first().code == Code::ci_event_unusable);
  }
  CHECK(
      run_with(
          {{"HOOKPLAN_OLD", "v1.0"}, {"HOOKPLAN_NEW", "main"}, {"HOOKPLAN_REF", "refs/heads/main"}})
          ->base == "v1.0");
}

TEST_CASE("zeros are no commit") {
  CHECK(is_zeros(std::string(40, '0')));
  CHECK(is_zeros(std::string(64, '0')));
  CHECK_FALSE(is_zeros(std::string(39, '0')));
  CHECK_FALSE(is_zeros(""));
}

TEST_CASE("the link of a Prow job says what was there before, if it does") {
  for (const auto& [link, before] : std::map<std::string, std::string>{
           {"https://github.com/a/b/compare/0123456789ab...ba9876543210", "0123456789ab"},
           {"https://github.com/a/b/compare/0123456789ab^...ba9876543210", ""},
           {"https://github.com/a/b/commit/0123456789ab", ""},
           {"", ""}}) {
    CAPTURE(link);
    const Result<CiRun> run =
        run_with({{"JOB_TYPE", "postsubmit"},
                  {"PULL_BASE_SHA", kCommit},
                  {"PULL_BASE_REF", "main"},
                  {"JOB_SPEC", R"({"refs":{"base_link":")" + link + R"("}})"}});
    REQUIRE(run);
    CHECK(run->base == before);
  }
}

}  // namespace
}  // namespace hookplan
