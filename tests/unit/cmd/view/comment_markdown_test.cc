// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "cmd/view/comment_markdown.h"
#include "cmd/view/plan_markdown.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

bool says(const std::string& text, std::string_view words) {
  CAPTURE(text, words);
  return text.find(words) != std::string::npos;
}

ReviewMark mark_for(const Plan& plan) {
  ReviewMark mark;
  mark.config = plan.provenance.path;
  mark.head = std::string(40, 'b');
  mark.first_head = mark.head;
  mark.intent = plan.intent_digest;
  return mark;
}

Plan small_plan() {
  return fixtures::plan_of(
      fixtures::config_with("    a/gone: {token_created_after: 2020-01-01T00:00:00Z}\n"),
      fixtures::config_with("    a/new: {token_created_after: 2020-01-01T00:00:00Z}\n"));
}

EntryReport entry_of(const std::string& name, Outcome outcome) {
  EntryReport entry;
  entry.entry = name;
  entry.kinds = "rotate";
  entry.outcome = outcome;
  return entry;
}

TEST_CASE("a comment says since when the plan is the same, and which came before") {
  const Plan plan = small_plan();
  ReviewMark mark = mark_for(plan);
  const std::string first = plan_comment(plan, mark);
  CHECK(first == to_markdown(plan));
  CHECK_FALSE(says(first, "Same plan"));
  CHECK_FALSE(says(first, "Earlier plans"));
  mark.first_head = std::string(40, 'a');
  mark.earlier = {{"sha256:" + std::string(64, '7'), std::string(40, 'c')}};
  const std::string later = plan_comment(plan, mark);
  CHECK(says(later, "**Same plan as for <code>aaaaaaaaaaaa</code>**"));
  CHECK(says(later, "Earlier plans here: <code>777777777777</code> for <code>cccccccccccc</code>"));
}

TEST_CASE("a comment has room for its mark, however much it remembers") {
  std::string after;
  for (int i = 0; i < 5'000; ++i)
    after +=
        fmt::format("    new/repository-{}: {{token_created_after: 2020-01-01T00:00:00Z}}\n", i);
  const Plan plan = fixtures::plan_of(fixtures::config_with(""), fixtures::config_with(after));
  ReviewMark mark = mark_for(plan);
  mark.earlier.assign(ReviewMark::kMaxEarlier, {plan.intent_digest, mark.head});
  const std::string text = to_text(mark) + plan_comment(plan, mark);
  CHECK(text.size() <= kMaxMarkdownBytes);
  CHECK(text.size() > kMaxMarkdownBytes - 1'000);
}

TEST_CASE("problems are said with their place and what to do, and nothing of them is markup") {
  Diagnostic problem = diagnose(Code::bad_entry_name, "<img src=x> [a](http://b)", "say `x`");
  problem.where = {"config/@x.yaml", 8, 7, Side::none};
  const std::string text =
      problem_comment(std::vector<Diagnostic>(25, problem), mark_for(small_plan()));
  CHECK(
      text.starts_with("### ❌ Webhook plan: no plan could be made\n\n**Not ready to merge:** 25"));
  CHECK(says(text, "&#60;img src=x&#62;"));
  CHECK(says(text, "&#58;8&#58;7**"));
  CHECK(says(text, "Fix: say &#96;x&#96;"));
  CHECK(says(text, "- and 5 more"));
  CHECK_FALSE(says(text, "](http"));
  CHECK_FALSE(says(text, "<img"));
}

TEST_CASE("after the merge a comment says what was applied and what is still settling") {
  const Plan plan = small_plan();
  ApplyReport report;
  report.entries = {entry_of("a/done", Outcome::done), entry_of("a/old", Outcome::settling)};
  report.entries[1].until = Instant{1'767'225'600, 5};
  const std::string text = applied_comment(plan, report, mark_for(plan));
  CHECK(says(text,
             "**Applied: 2 of 2 entries.** Old tokens of 1 entry stay valid until "
             "2026-01-01T00&#58;00&#58;00Z"));
  CHECK(says(text, "<b>settling (1)</b>"));
  CHECK(says(text, "<code>a/old</code> | until 2026-01-01T00&#58;00&#58;00Z"));
}

TEST_CASE("what failed comes first after the merge, with its reason, and is never cut") {
  const Plan plan = small_plan();
  ApplyReport report;
  for (int i = 0; i < 4'000; ++i)
    report.entries.push_back(entry_of(fmt::format("a/fine-{:04}", i), Outcome::done));
  EntryReport failed = entry_of("z/last", Outcome::failed);
  failed.error = fail(Code::permission_missing, "@all may not").hint("ask");
  report.entries.push_back(failed);
  const std::string text = applied_comment(plan, report, mark_for(plan));
  CHECK(text.size() <= kMaxMarkdownBytes);
  CHECK(says(text, "**Unfinished: 4000 of 4001 entries.** 4000 done, 1 failed."));
  CHECK(text.find("z/last") < text.find("a/fine-0000"));
  CHECK(says(text, "HP8105 <code>&#64;</code>all may not. Fix: ask"));
  CHECK(says(text, "more**: the log of the run lists all"));
  report = {};
  report.already_applied = true;
  CHECK(says(applied_comment(plan, report, mark_for(plan)), "it was applied already"));
}

}  // namespace
}  // namespace hookplan
