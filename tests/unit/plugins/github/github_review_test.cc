// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "plugins/github/github_review.h"
#include "tests/unit/plugins/github/github_peer.h"

namespace hookplan {
namespace {

using Outcome = PostedComment::Outcome;

constexpr std::uint64_t kPull = 7;
constexpr const char* kReadOnly =
    R"({"tokens": {"gh5": {"kind": "app", "permissions": {"pull_requests": "read"}}}})";
constexpr const char* kActions =
    R"({"tokens": {"gh5": {"kind": "app", "permissions": {"pull_requests": "write"}}}})";

std::string head_named(char digit) { return std::string(40, digit); }

// GithubPeer with a pull request, and whoever asks about it.
class PeerWithPull : public GithubPeer {
 public:
  PeerWithPull() { set_pull(head_named('a')); }

  // Whatever comes with it is a member of a JSON object.
  void set_pull(const std::string& head, const std::string& more = {}) {
    tell("pull", fmt::format(R"({{"repository": "o/r", "number": 7, "head": "{}"{}}})", head,
                             more.empty() ? "" : ", " + more));
  }
  void put_by_hand(const std::string& login, const std::string& body) {
    set_pull(head_named('a'),
             fmt::format(R"("comments": [{{"login": "{}", "body": "{}"}}])", login, body));
  }

  std::vector<JsonValue> comments() { return state().find("comments")->items; }
  std::string body(std::size_t i) { return std::string(text_at(comments().at(i), "body")); }
  std::string author(std::size_t i) { return std::string(text_at(comments().at(i), "login")); }

  std::unique_ptr<ReviewHost> host(const std::string& token = "t0k3n", HttpClient* http = nullptr,
                                   const std::string& path = "") {
    auto login =
        std::make_shared<TokenLogin>(Secret::copy_of(token), github_lane(std::chrono::seconds{0}));
    GithubApi asks(http != nullptr ? *http : world().http, GithubPlace{api() + path},
                   std::move(login));
    return std::make_unique<GithubReview>(GithubComments(std::move(asks), "o/r"));
  }
};

ReviewComment comment_of_run(std::uint64_t run, char intent = '1', char head = 'a') {
  ReviewComment comment;
  comment.mark.config = "config.yaml";
  comment.mark.head = head_named(head);
  comment.mark.run = {run, 1};
  comment.mark.intent = "sha256:" + std::string(64, intent);
  comment.body = [run](const ReviewMark& mark) {
    return fmt::format("text of run {}, {} earlier\n", run, mark.earlier.size());
  };
  return comment;
}

std::string text_of_mark(std::uint64_t run) {
  return to_text(following(std::nullopt, comment_of_run(run).mark));
}

TEST_CASE("a pull request gets one comment, which is edited in place", "[github]") {
  PeerWithPull peer;
  const auto host = peer.host();
  const auto created = host->put_comment(kPull, comment_of_run(1));
  REQUIRE(created);
  CHECK(created->outcome == Outcome::created);
  CHECK(created->url.starts_with("https://github.com/o/r/pull/7#issuecomment-"));
  CHECK(host->put_comment(kPull, comment_of_run(1))->outcome == Outcome::unchanged);
  const auto edited = host->put_comment(kPull, comment_of_run(2, '2'));
  REQUIRE(edited);
  CHECK(edited->outcome == Outcome::edited);
  CHECK(edited->url == created->url);
  REQUIRE(peer.comments().size() == 1);
  CHECK(peer.body(0).ends_with("text of run 2, 1 earlier"));
  // Another config has a comment of its own.
  ReviewComment other = comment_of_run(3);
  other.mark.config = "other.yaml";
  CHECK(host->put_comment(kPull, other)->outcome == Outcome::created);
  CHECK(peer.comments().size() == 2);
}

TEST_CASE("nothing is said where nothing was to be said, and what was said is taken back",
          "[github]") {
  PeerWithPull peer;
  const auto host = peer.host();
  ReviewComment nothing = comment_of_run(1);
  nothing.creates = false;
  CHECK(host->put_comment(kPull, nothing)->outcome == Outcome::not_needed);
  CHECK(peer.comments().empty());
  REQUIRE(host->put_comment(kPull, comment_of_run(2)));
  nothing.mark.run = {3, 1};
  CHECK(host->put_comment(kPull, nothing)->outcome == Outcome::edited);
  CHECK(peer.comments().size() == 1);
}

TEST_CASE("a comment of somebody else is never ours, whatever it copies", "[github]") {
  PeerWithPull peer;
  std::string copy = text_of_mark(9);
  copy.pop_back();
  peer.put_by_hand("mallory", copy);
  for (const char* const token : {"t0k3n", "gh5"}) {
    peer.tell("seed", kActions);
    CHECK(peer.host(token)->put_comment(kPull, comment_of_run(1))->outcome == Outcome::created);
  }
  REQUIRE(peer.comments().size() == 3);
  CHECK(peer.body(0) == copy);
  CHECK(peer.author(0) == "mallory");
  CHECK(text_at(peer.comments()[0], "edits") == "0");
  CHECK(peer.author(1) == "somebody");
  CHECK(peer.author(2) == "github-actions[bot]");
}

TEST_CASE("GITHUB_TOKEN knows its own comment, also where GitHub does not tell who it is",
          "[github]") {
  PeerWithPull peer;
  peer.tell("seed", kActions);
  const bool is_told = GENERATE(true, false);
  if (!is_told) peer.tell("settings", R"({"graphql_is_off": true})");
  REQUIRE(peer.host("gh5")->put_comment(kPull, comment_of_run(1)));
  const std::string id(text_at(peer.comments().at(0), "id"));
  const auto second = peer.host("gh5")->put_comment(kPull, comment_of_run(2, '2'));
  REQUIRE(second);
  REQUIRE(peer.comments().size() == 1);
  CHECK(text_at(peer.comments()[0], "id") == id);
  CHECK(mark_of(peer.body(0), "config.yaml")->run.id == 2);
  if (is_told) CHECK(second->outcome == Outcome::edited);
}

TEST_CASE("our comment is found on a later page", "[github]") {
  PeerWithPull peer;
  for (int i = 0; i < 130; ++i) {
    if (i == 120) REQUIRE(peer.host()->put_comment(kPull, comment_of_run(1)));
    peer.put_by_hand("chatty", "me too");
  }
  CHECK(peer.host()->put_comment(kPull, comment_of_run(2))->outcome == Outcome::edited);
  CHECK(peer.comments().size() == 131);
}

TEST_CASE("an older run never replaces what a newer one wrote", "[github]") {
  PeerWithPull peer;
  REQUIRE(peer.host()->put_comment(kPull, comment_of_run(20)));
  const auto older = peer.host()->put_comment(kPull, comment_of_run(19, '2'));
  REQUIRE(older);
  CHECK(older->outcome == Outcome::superseded);
  CHECK_FALSE(older->url.empty());
  CHECK(mark_of(peer.body(0), "config.yaml")->run.id == 20);
  // Of a head that the pull request has no more, nothing is said, by whichever run.
  peer.set_pull(head_named('b'));
  CHECK(peer.host()->put_comment(kPull, comment_of_run(21))->outcome == Outcome::superseded);
  CHECK(peer.host()->put_comment(kPull, comment_of_run(0, '3', 'b'))->outcome == Outcome::edited);
}

TEST_CASE("a lost answer leaves one comment with the right text", "[github]") {
  const std::string kind = GENERATE("lost", "lost before", "502 after", "503 before");
  const std::string method = GENERATE("POST", "PATCH");
  CAPTURE(kind, method);
  PeerWithPull peer;
  const auto host = peer.host();
  if (method == "PATCH") REQUIRE(host->put_comment(kPull, comment_of_run(1)));
  peer.tell("fault", fmt::format(R"({{"kind": "{}", "method": "{}"}})", kind, method));
  const auto put = host->put_comment(kPull, comment_of_run(2, '2'));
  REQUIRE(put);
  CHECK(put->outcome == (method == "POST" ? Outcome::created : Outcome::edited));
  REQUIRE(peer.comments().size() == 1);
  CHECK(mark_of(peer.body(0), "config.yaml")->run.id == 2);
}

TEST_CASE("a second comment whose answer was lost is not written twice", "[github]") {
  PeerWithPull peer;
  peer.tell("fault", R"({"kind": "lost", "method": "POST"})");
  const auto added = peer.host()->add_comment(kPull, "### Not applied\n");
  REQUIRE(added);
  CHECK(added->starts_with("https://github.com/o/r/pull/7#issuecomment-"));
  CHECK(peer.comments().size() == 1);
  peer.tell("fault", R"({"kind": "lost before", "method": "POST"})");
  const auto lost = peer.host()->add_comment(kPull, "### Another\n");
  REQUIRE_FALSE(lost);
  CHECK(lost.error().kind == ErrorKind::unknown);
}

TEST_CASE("of several runs at once one comment stays, that of the newest", "[github]") {
  PeerWithPull peer;
  constexpr int kRuns = 3;
  peer.tell("meet",
            fmt::format(R"({{"method": "POST", "path": ".*/comments", "number": {}}})", kRuns));
  std::vector<std::thread> runs;
  std::vector<int> failures(kRuns);
  for (int i = 0; i < kRuns; ++i) {
    runs.emplace_back([&, i] {
      CurlClient http({"hookplan/test"});
      failures[i] = peer.host("t0k3n", &http)->put_comment(kPull, comment_of_run(10 + i)) ? 0 : 1;
    });
  }
  for (std::thread& each : runs) each.join();
  CHECK(failures == std::vector<int>(kRuns));
  REQUIRE(peer.comments().size() == 1);
  CHECK(mark_of(peer.body(0), "config.yaml")->run.id == 10 + kRuns - 1);
  CHECK(peer.requests("POST /repos/o/r/issues/7/comments") == kRuns);
}

TEST_CASE("who may not comment is told so, and nothing is written", "[github]") {
  PeerWithPull peer;
  peer.tell("seed", kReadOnly);
  const auto refused = peer.host("gh5")->put_comment(kPull, comment_of_run(1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().first().code == Code::comment_not_permitted);
  CHECK(refused.error().kind == ErrorKind::denied);
  CHECK(refused.error().first().message.find("Resource not accessible by integration") !=
        std::string::npos);
  CHECK(peer.comments().empty());
}

TEST_CASE("each refusal of a comment has a reason of its own", "[github]") {
  PeerWithPull peer;
  const auto code_of = [&](std::uint64_t pull, const std::string& token = "t0k3n") {
    const auto answer = peer.host(token)->put_comment(pull, comment_of_run(1));
    return answer ? Code::internal_error : answer.error().first().code;
  };
  CHECK(code_of(8) == Code::pull_request_missing);
  CHECK(code_of(kPull, "unknown") == Code::credential_refused);
  peer.tell("seed", R"({"tokens": {"poor": {"kind": "classic", "scopes": ["gist"]}}})");
  CHECK(code_of(kPull, "poor") == Code::comment_not_permitted);
  peer.set_pull(head_named('a'), R"("locked": true)");
  CHECK(code_of(kPull) == Code::conversation_locked);
  peer.set_pull(head_named('a'));
  ReviewComment big = comment_of_run(1);
  big.body = [](const ReviewMark&) { return std::string(70'000, 'x'); };
  const auto refused = peer.host()->put_comment(kPull, big);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().first().code == Code::comment_refused);
  peer.tell("seed", R"({"targets": {"o/new": {}}, "renamed": {"o/r": "o/new"}})");
  CHECK(peer.comments().empty());
}

TEST_CASE("an Enterprise Server has its GraphQL beside the version of its API", "[github]") {
  PeerWithPull peer;
  peer.tell("seed", kActions);
  REQUIRE(peer.host("gh5", nullptr, "/api/v3")->put_comment(kPull, comment_of_run(1)));
  CHECK(peer.requests("POST /api/graphql") == 1);
  CHECK(peer.comments().size() == 1);
}

}  // namespace
}  // namespace hookplan
