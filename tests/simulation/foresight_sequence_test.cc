// SPDX-License-Identifier: Apache-2.0
// A forge that says beforehand what it would refuse: what is not begun because of that must not
// keep others waiting, and nothing may be done later as if nobody had asked for it.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

Sequence refused_beforehand(const std::string& entry) {
  Sequence seq;
  seq.world.repositories = {"foo/a"};
  seq.world.denied = {entry};
  seq.world.foresees = true;
  return seq;
}

bool has_token(const World& world, const std::string& entry, const std::string& value) {
  const SimTokens& tokens = world.stores.at("prow").tokens;
  const auto list = tokens.find(entry);
  return list != tokens.end() &&
         std::ranges::find(list->second, value, &SimToken::value) != list->second.end();
}

}  // namespace

TEST_CASE("a refused entry of a rotation gets no token, and nothing is written for it") {
  Sequence seq = refused_beforehand("foo/a");
  seq.has("foo/a", "a1", kBefore);
  seq.begin();
  const ApplyReport report = seq.go(seq.work({want("foo/a", kAfter)}));
  CHECK(report.count(Outcome::failed) == 1);
  CHECK(seq.world.minted == 0);
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
  seq.settle_later();
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("tokens of an organization that leaked go, though a refused repository lives on them") {
  Sequence seq = refused_beforehand("foo/a");
  seq.has("foo", "leaked", kBefore);
  seq.begin();
  seq.go(seq.work({want("foo", kAfter), want("foo/a", kAfter)}));
  seq.settle_later();
  INFO(seq.state());
  CHECK_FALSE(has_token(seq.world, "foo", "leaked"));
  // A hook of the repository may sign with it, and somebody has to look.
  CHECK(has_token(seq.world, "foo/a", "leaked"));
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization whose repository is refused keeps its hook, also when later runs look") {
  Sequence seq = refused_beforehand("foo/a");
  seq.has("foo", "o1", kBefore);
  seq.listed["foo"] = route_to("prow");
  seq.world.covered = {"foo/a"};
  seq.begin();
  // To a receiver with tokens of its own, so that nothing in one store tells of the other.
  const bool is_elsewhere = GENERATE(false, true);
  seq.go(seq.work({want("foo/a", kAfter, route_to(is_elsewhere ? "other" : "prow")), gone("foo")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.has_hook_at(route_to("prow")));
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a removal that is refused beforehand is remembered, and done once it is not") {
  Sequence seq = refused_beforehand("foo/a");
  seq.has("foo/a", "a1", kBefore);
  seq.listed["foo/a"] = route_to("prow");
  seq.begin();
  CHECK(seq.go(seq.work({gone("foo/a")})).count(Outcome::failed) == 1);
  CHECK(seq.world.hooks.size() == 1);
  seq.world.denied.clear();
  seq.settle_later();
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.hooks.empty());
  CHECK(seq.world.stores["prow"].tokens.empty());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("what was to leave a receiver and was refused leaves it once it is not") {
  Sequence seq = refused_beforehand("foo/a");
  seq.has("foo/a", "a1", kBefore);
  seq.begin();
  seq.go(seq.work({rerouted("foo/a", route_to("prow"), route_to("other"))}));
  seq.world.denied.clear();
  seq.settle_later();
  seq.settle_later();
  INFO(seq.state());
  CHECK_FALSE(seq.has_hook_at(route_to("prow")));
  CHECK(seq.has_hook_at(route_to("other")));
  CHECK(seq.world.violations == Violations());
}

}  // namespace hookplan::simulation
