// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

std::string entries(int from, int to) {
  std::string text = "managed_webhooks:\n  org_repo_config:\n";
  for (int i = from; i < to; ++i)
    text += "    foo/r" + std::to_string(i) + ": {token_created_after: 2020-01-01T00:00:00Z}\n";
  return text;
}

GuardResult result_of(const Plan& plan, std::string_view id) {
  return std::ranges::find(plan.guards, id, &GuardVerdict::id)->result;
}

TEST_CASE("removals are limited by count, and by percent from twenty entries on") {
  const auto [before, removed, blocked] = GENERATE(table<int, int, bool>({
      {10, 5, false},
      {10, 6, true},
      {19, 5, false},
      {20, 2, false},
      {20, 3, true},
      {100, 5, false},
      {100, 6, true},
  }));
  CAPTURE(before, removed);
  const Plan plan = fixtures::plan_of(entries(0, before), entries(removed, before));
  CHECK((result_of(plan, "max_removals") == GuardResult::block) == blocked);
  CHECK(plan.is_blocked() == blocked);
  CHECK(plan.summary.remove == removed);
}

TEST_CASE("the last entry may not go unless that is allowed") {
  CHECK(result_of(fixtures::plan_of(entries(0, 1), "a: b\n"), "empty_section") ==
        GuardResult::block);
  CHECK(result_of(fixtures::plan_of(entries(0, 1), std::nullopt), "empty_section") ==
        GuardResult::block);
  CHECK(result_of(fixtures::plan_of("a: b\n", "a: c\n"), "empty_section") == GuardResult::pass);
  Settings settings;
  settings.guards.allow_empty = true;
  CHECK(result_of(fixtures::plan_of(entries(0, 1), "a: b\n", settings), "empty_section") ==
        GuardResult::pass);
}

TEST_CASE("a protected entry is not removed, whatever its case, but may be rotated") {
  Settings settings;
  settings.guards.protected_entries = {"FOO/r0"};
  CHECK(result_of(fixtures::plan_of(entries(0, 3), entries(1, 3), settings), "protected") ==
        GuardResult::block);
  CHECK(result_of(fixtures::plan_of(entries(0, 3), entries(0, 2), settings), "protected") ==
        GuardResult::pass);
  const std::string rotated =
      fixtures::config_with("    foo/r0: {token_created_after: 2021-01-01T00:00:00Z}\n");
  const Plan plan = fixtures::plan_of(entries(0, 1), rotated, settings);
  CHECK(result_of(plan, "protected") == GuardResult::pass);
  CHECK(plan.changes[0].is_protected);
}

TEST_CASE("another spelling of a name is no removal") {
  Settings settings;
  settings.guards.most_removals = 0;
  const std::string after =
      fixtures::config_with("    Foo/R0: {token_created_after: 2020-01-01T00:00:00Z}\n");
  const Plan plan = fixtures::plan_of(entries(0, 1), after, settings);
  REQUIRE(plan.changes.size() == 2);
  CHECK(plan.changes[0].relation->kind == RelationKind::case_rename);
  CHECK_FALSE(plan.is_blocked());
}

}  // namespace
}  // namespace hookplan
