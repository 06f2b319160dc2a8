// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/ports/review_host.h"

namespace hookplan {
namespace {

std::string commit(char digit) { return std::string(40, digit); }
std::string intent(char digit) { return "sha256:" + std::string(64, digit); }

ReviewMark some_mark() {
  ReviewMark mark;
  mark.config = "config/prow/config.yaml";
  mark.head = commit('b');
  mark.run = {17'400'000'000, 2};
  mark.intent = intent('1');
  mark.first_head = commit('a');
  mark.earlier = {{intent('2'), commit('c')}, {intent('3'), commit('d')}};
  return mark;
}

TEST_CASE("the mark of a comment reads as it was written") {
  const ReviewMark mark = some_mark();
  const std::string text = to_text(mark) + "### Plan\n";
  CHECK(text.starts_with("<!-- hookplan:v1 id=config/prow/config.yaml head=bbbb"));
  CHECK(mark_of(text, mark.config) == mark);
  CHECK(mark_of("<!-- hookplan:v1 id=config/prow/config.yaml -->\r\nedited", mark.config));
}

TEST_CASE("a comment for another config, or with the mark elsewhere, is not ours") {
  const std::string text = to_text(some_mark());
  CHECK_FALSE(mark_of(text, "config/prow/config"));
  CHECK_FALSE(mark_of(text, "config/prow/config.yaml2"));
  CHECK_FALSE(mark_of("> " + text, some_mark().config));
  CHECK_FALSE(mark_of("\n" + text, some_mark().config));
  CHECK_FALSE(mark_of("<!-- hookplan:v1 -->", ""));
  CHECK_FALSE(mark_of("<!-- hookplan:v1 ", ""));
  CHECK_FALSE(mark_of("", ""));
}

TEST_CASE("no name of a config ends the HTML comment that the mark is") {
  for (const char* const config :
       {"--> <img src=x>", "a--!>b", "->", "a b", "x\ny", "\xc3\xa4", "--", "---a", ""}) {
    CAPTURE(config);
    ReviewMark mark = some_mark();
    mark.config = config;
    const std::string text = to_text(mark);
    CHECK(text.find("-->") == text.size() - 4);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find("--", 4) == text.size() - 4);
    CHECK(mark_of(text, config) == mark);
  }
}

TEST_CASE("what somebody damaged in a mark counts as not said") {
  const auto damaged = mark_of(
      "<!-- hookplan:v1 id=c head=<b> run=9999999999999999999999.1 intent=xyz since=-- "
      "earlier=1@2,x@y,@,3 more=x -->\n",
      "c");
  REQUIRE(damaged);
  CHECK(damaged->head.empty());
  CHECK_FALSE(damaged->run.is_known());
  CHECK(damaged->intent.empty());
  CHECK(damaged->first_head.empty());
  CHECK(damaged->earlier == std::vector<ReviewMark::Earlier>{{"sha256:1", "2"}});
  ReviewMark wild = some_mark();
  wild.head = "--> <b>";
  wild.intent = "sha256:--><i>";
  const std::string text = to_text(wild);
  CHECK(text.find("-->") == text.size() - 4);
}

TEST_CASE("the same plan for another head keeps the commit since which it is the same") {
  ReviewMark now = some_mark();
  now.first_head.clear();
  now.earlier.clear();
  CHECK(following(std::nullopt, now).first_head == now.head);

  const ReviewMark first = following(std::nullopt, now);
  now.head = commit('e');
  const ReviewMark second = following(first, now);
  CHECK(second.first_head == first.head);
  CHECK(second.earlier.empty());
  now.head = commit('f');
  CHECK(following(second, now).first_head == first.head);

  now.intent = intent('9');
  const ReviewMark other = following(second, now);
  CHECK(other.first_head == now.head);
  CHECK(other.earlier == std::vector<ReviewMark::Earlier>{{second.intent, second.head}});
  // Back to the first plan: approvals may have been taken back meanwhile.
  now.intent = second.intent;
  now.head = commit('1');
  const ReviewMark back = following(other, now);
  CHECK(back.first_head == now.head);
  CHECK(back.earlier == std::vector<ReviewMark::Earlier>{{other.intent, other.head}});
}

TEST_CASE("a comment remembers ten earlier plans") {
  std::optional<ReviewMark> mark;
  for (int i = 0; i < 30; ++i) {
    ReviewMark now = some_mark();
    now.intent = fmt::format("sha256:{:064x}", i);
    mark = following(mark, now);
  }
  CHECK(mark->earlier.size() == 10);
  CHECK(mark->earlier.front().intent == fmt::format("sha256:{:064x}", 28));
  CHECK(mark_of(to_text(*mark), mark->config) == mark);
}

TEST_CASE("of two runs the one that began later is newer, and by hand is neither") {
  ReviewMark mine = some_mark();
  ReviewMark theirs = some_mark();
  CHECK_FALSE(is_older(mine, theirs));
  theirs.run = {17'400'000'000, 3};
  CHECK(is_older(mine, theirs));
  CHECK_FALSE(is_older(theirs, mine));
  theirs.run = {17'400'000'001, 1};
  CHECK(is_older(mine, theirs));
  theirs.run = {};
  CHECK_FALSE(is_older(mine, theirs));
  CHECK_FALSE(is_older(theirs, mine));
}

}  // namespace
}  // namespace hookplan
