// SPDX-License-Identifier: Apache-2.0
#include "core/plan/relation.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/plan/contradiction.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

using Names = std::vector<std::string>;

std::string config_of(const Names& names) {
  std::string entries;
  for (const std::string& name : names)
    entries += fmt::format("    {}: {{token_created_after: 2020-01-01T00:00:00Z}}\n", name);
  return fixtures::config_with(entries);
}

// "case_rename foo/bar", by entry; "" for a change without a relation.
std::map<std::string, std::string> relations(const Names& before, const Names& after) {
  const Plan plan = fixtures::plan_of(config_of(before), config_of(after));
  INFO(contradiction(plan));
  CHECK(contradiction(plan).empty());
  std::map<std::string, std::string> found;
  for (const Change& change : plan.changes) {
    found[change.entry] = change.relation ? fmt::format("{} {}", to_string(change.relation->kind),
                                                        change.relation->entry)
                                          : "";
  }
  return found;
}

using Relations = std::map<std::string, std::string>;

TEST_CASE("spellings of one name are one hook, whatever their number") {
  CHECK(relations({"Foo/Bar"}, {"foo/bar"}) ==
        Relations{{"Foo/Bar", "case_rename foo/bar"}, {"foo/bar", "case_rename Foo/Bar"}});
  CHECK(relations({"Foo/Bar", "foo/bar"}, {"foo/bar"}) ==
        Relations{{"Foo/Bar", "case_rename foo/bar"}});
  CHECK(relations({"FOO/BAR", "Foo/Bar", "foo/bar"}, {"foo/bar"}) ==
        Relations{{"FOO/BAR", "case_rename foo/bar"}, {"Foo/Bar", "case_rename foo/bar"}});
  CHECK(relations({"Foo/Bar", "foo/bar"}, {"FOO/BAR"}) ==
        Relations{{"FOO/BAR", "case_rename Foo/Bar"},
                  {"Foo/Bar", "case_rename FOO/BAR"},
                  {"foo/bar", "case_rename FOO/BAR"}});
  CHECK(relations({"Foo", "foo/a"}, {"foo", "foo/a"}) ==
        Relations{{"Foo", "case_rename foo"}, {"foo", "case_rename Foo"}});
  // One that stays is no new name for another that comes.
  CHECK(relations({"Foo/Bar", "foo/bar"}, {"foo/bar", "foo/new"}) ==
        Relations{{"Foo/Bar", "case_rename foo/bar"}, {"foo/new", ""}});
}

TEST_CASE("a transfer keeps the name of the repository") {
  CHECK(relations({"old/spec", "x/y"}, {"New/Spec", "x/y"}) ==
        Relations{{"old/spec", "move New/Spec"}, {"New/Spec", "move old/spec"}});
  CHECK(relations({"old/a", "old/b"}, {"new/a", "new/b"}) == Relations{{"old/a", "move new/a"},
                                                                       {"old/b", "move new/b"},
                                                                       {"new/a", "move old/a"},
                                                                       {"new/b", "move old/b"}});
  // Whose name it is now nobody knows.
  CHECK(relations({"one/spec", "two/spec"}, {"new/spec"}) ==
        Relations{{"one/spec", ""}, {"two/spec", ""}, {"new/spec", ""}});
}

TEST_CASE("what alone goes and what alone comes may be one") {
  CHECK(relations({"foo/old", "foo/x"}, {"Foo/new", "foo/x"}) ==
        Relations{{"foo/old", "rename Foo/new"}, {"Foo/new", "rename foo/old"}});
  CHECK(relations({"old"}, {"new"}) == Relations{{"old", "rename new"}, {"new", "rename old"}});
  CHECK(relations({"foo/a", "foo/b"}, {"foo/c"}) ==
        Relations{{"foo/a", ""}, {"foo/b", ""}, {"foo/c", ""}});
  CHECK(relations({"foo/a"}, {"bar/b"}) == Relations{{"foo/a", ""}, {"bar/b", ""}});
  CHECK(relations({"foo"}, {"foo/a"}) == Relations{{"foo", ""}, {"foo/a", ""}});
}

TEST_CASE("a plan cannot tell of a spelling that it changes otherwise") {
  Plan plan = fixtures::plan_of(config_of({"Foo/Bar", "foo/bar", "x/y"}), config_of({"foo/bar"}));
  CHECK(contradiction(plan).empty());
  REQUIRE(plan.changes.size() == 2);
  SECTION("it is another name") { plan.changes[0].relation->entry = "foo/baz"; }
  SECTION("it is no other spelling") { plan.changes[0].relation->entry = "Foo/Bar"; }
  SECTION("the relation is another one") { plan.changes[0].relation->kind = RelationKind::rename; }
  CHECK_FALSE(contradiction(plan).empty());
}

}  // namespace
}  // namespace hookplan
