// SPDX-License-Identifier: Apache-2.0
// Plans that follow each other where entries are led elsewhere or spelled otherwise.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

TEST_CASE("a removal after a reroute that did not delete the old hook") {
  const Route old = GENERATE(route_to("prow", "old"), route_to("other"));
  Sequence seq;
  const std::string store = World::store_of(std::string(old.url()));
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  Goal g = want("foo/a");
  g.previous_routes = {old};
  seq.die_before("delete ", seq.work({g}));
  seq.world.tick(10);
  const ApplyReport report = seq.go(seq.work({gone("foo/a")}));
  CHECK(report.is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.hooks.empty());
  CHECK(seq.world.stores["other"].tokens.empty());
}

TEST_CASE("another spelling before a break-glass rotation has settled") {
  Sequence seq;
  seq.has("Foo/a", "leaked", kAfter);
  seq.begin();
  seq.go(seq.work({want("Foo/a", kNew)}));
  seq.world.tick(10);
  Goal g = want("foo/a");
  g.respelled_from = "Foo/a";
  Goal r = gone("Foo/a");
  r.keeps_hook = true;
  r.after = "foo/a";
  const ApplyReport report = seq.go(seq.work({r, g}));
  CHECK(report.is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens["foo/a"].size() == 1);
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
}

TEST_CASE("another spelling before a reroute has deleted the old hook") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  seq.has("Foo/a", "t1", kAfter, old);
  seq.begin();
  Goal g0 = want("Foo/a");
  g0.previous_routes = {old};
  seq.die_before("delete ", seq.work({g0}));
  seq.world.tick(10);
  Goal g = want("foo/a");
  g.respelled_from = "Foo/a";
  Goal r = gone("Foo/a");
  r.keeps_hook = true;
  r.after = "foo/a";
  seq.go(seq.work({r, g}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(
      std::ranges::none_of(seq.world.hooks, [&](const SimHook& h) { return h.url == old.url(); }));
}

TEST_CASE("a plan run again and again while one entry is refused") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  seq.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  seq.world.stores["prow"].tokens["foo/b"] = {{"t2", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo/a", "t1", old), hook("foo/b", "t2")};
  seq.world.denied = {"foo/b"};
  seq.begin();
  Goal g = want("foo/a");
  g.previous_routes = {old};
  const Work w = seq.work({g, want("foo/b")});
  for (int i = 0; i < 10; ++i) {
    seq.go(w);
    seq.world.tick(300);
  }
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens["foo/a"].size() == 1);
}

TEST_CASE("a store that no route names any more is emptied") {
  Sequence seq;
  const Route old = route_to("other");
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  Goal g = want("foo/a");
  g.previous_routes = {old};
  Work w = seq.work({g});
  w.routes = {route_to("prow")};
  seq.go(w);
  seq.world.tick(700);
  Work s = seq.work({});
  s.routes = {route_to("prow")};
  const ApplyReport report = seq.go(s);
  CHECK(report.is_complete());
  INFO(seq.state());
  CHECK(seq.world.stores["other"].tokens.empty());
}

TEST_CASE("a ledger may name a store that nobody knows yet") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo/a"] = {{"v", kThen}};
  LedgerEntry record;
  record.route = route_to("other");
  record.token = kThen;
  seq.world.stores["prow"].ledger.entries = {{"foo/a", record}, {"foo/b", record}};
  Work settling = seq.work({});
  settling.routes = {route_to("prow")};
  const ApplyReport report = seq.go(settling);
  CHECK(report.count(Outcome::failed) == 2);
}

TEST_CASE("a removed organization goes though a repository leads to another store") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  seq.world.stores["other"].tokens["foo/a"] = {{"w", {kThen.seconds + 5, 0}}};
  seq.world.hooks = {hook("foo", "v"), hook("foo/a", "w", route_to("other"))};
  seq.begin();
  seq.listed["foo/a"] = route_to("other");
  seq.go(seq.work({gone("foo")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.empty());
  CHECK(seq.world.stores["other"].tokens["foo/a"].size() == 1);
}

}  // namespace
}  // namespace hookplan::simulation
