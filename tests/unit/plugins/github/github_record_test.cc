// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_record.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

using RecordState = ReviewRecordEntry::State;

std::string commit_named(char digit) { return std::string(40, digit); }

class PeerWithReviews : public GithubPeer {
 public:
  PeerWithReviews() {
    tell("seed", R"({"targets": {"o/r": {}}, "tokens": {
      "t0k3n": {"kind": "app", "permissions": {"pull_requests": "read"}},
      "hooks-only": {"kind": "app", "permissions": {"repository_hooks": "write"}}}})");
  }

  void merge(int number, const std::string& more = {}) {
    tell("merge",
         fmt::format(R"({{"repository": "o/r", "number": {}, "author": ["dave", 777],
                          "head": "{}", "merge_commit": "{}", "commits": ["{}"]{}}})",
                     number, commit_named('a'), commit_named('b'), commit_named('b'), more));
    tell("pull", fmt::format(R"({{"repository": "o/r", "number": {}}})", number));
  }

  void review(const std::string& state, std::int64_t account = 583231) {
    tell("review", fmt::format(R"({{"repository": "o/r", "number": 7, "login": "alice",
                                    "account": {}, "state": "{}", "commit": "{}"}})",
                               account, state, commit_named('a')));
  }

  std::unique_ptr<ReviewRecord> record(const std::string& token = "t0k3n") {
    auto login =
        std::make_shared<TokenLogin>(Secret::copy_of(token), github_lane(std::chrono::seconds{0}));
    return std::make_unique<GithubRecord>(
        GithubApi(world().http, GithubPlace{api()}, std::move(login)), "o/r");
  }
};

TEST_CASE("a commit tells the merged pull requests that it came with", "[github]") {
  PeerWithReviews peer;
  peer.merge(7);
  peer.merge(8, R"(, "is_merged": false)");
  peer.merge(9, R"(, "into": "mallory/r")");
  const auto pulls = peer.record()->merged_with(commit_named('b'));
  REQUIRE(pulls);
  REQUIRE(pulls->size() == 1);
  const PullRequestRecord& pull = pulls->front();
  CHECK(pull.number == 7);
  CHECK(pull.author == 777);
  CHECK(pull.branch == "main");
  CHECK(pull.head == commit_named('a'));
  CHECK(pull.merge_commit == commit_named('b'));
  CHECK(to_rfc3339(pull.opened) == "2020-09-13T12:26:40Z");
  const auto none = peer.record()->merged_with(commit_named('c'));
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("every page of reviews is read, in the order in which they were given", "[github]") {
  PeerWithReviews peer;
  peer.merge(7);
  peer.tell("settings", R"({"most_reviews_a_page": 2})");
  for (const char* state : {"APPROVED", "COMMENTED", "PENDING", "APPROVED", "CHANGES_REQUESTED"})
    peer.review(state);
  peer.review("APPROVED", 0);  // the account is gone
  peer.tell("dismiss", R"({"repository": "o/r", "number": 7, "position": 3})");
  const auto reviews = peer.record()->reviews_of(7);
  REQUIRE(reviews);
  REQUIRE(reviews->size() == 4);
  CHECK(reviews->at(0).state == RecordState::approved);
  CHECK(reviews->at(0).account == 583231);
  CHECK(reviews->at(0).commit == commit_named('a'));
  CHECK(reviews->at(1).state == RecordState::dismissed);
  CHECK(reviews->at(2).state == RecordState::changes_requested);
  CHECK(reviews->at(3).account == 0);
}

TEST_CASE("who may not read reviews gets an error and never an empty list", "[github]") {
  PeerWithReviews peer;
  peer.merge(7);
  for (const auto& error :
       {peer.record("hooks-only")->reviews_of(7).error(), peer.record()->reviews_of(9).error()}) {
    CHECK(error.kind == ErrorKind::denied);
    CHECK(error.first().code == Code::reviews_not_readable);
  }
  CHECK(peer.record("unknown")->merged_with(commit_named('b')).error().first().code ==
        Code::credential_refused);
  peer.tell("fault", R"({"kind": "502 after", "path": ".*/reviews", "times": 99})");
  CHECK_FALSE(peer.record()->reviews_of(7));
}

}  // namespace
}  // namespace hookplan
