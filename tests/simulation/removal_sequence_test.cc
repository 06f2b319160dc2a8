// SPDX-License-Identifier: Apache-2.0
// Removals that are refused, die, or are followed by something else.
#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

#include "core/apply/live_changes.h"
#include "core/apply/live_state.h"
#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

TEST_CASE("a refused removal in a store that the settings lost is not forgotten") {
  Sequence seq;
  seq.has("foo/a", "t1", kAfter, route_to("other"));
  seq.world.denied = {"foo/a"};
  seq.begin();
  Work w = seq.work({gone("foo/a", route_to("other")), want("foo/b")});
  w.routes = {route_to("prow")};
  seq.go(w);
  seq.world.tick(10);
  seq.world.denied = {};
  Work next = seq.work({want("foo/c")});
  next.routes = {route_to("prow")};
  seq.go(next);
  for (int i = 0; i < 3; ++i) {
    seq.world.tick(700);
    Work s = seq.work({});
    s.routes = {route_to("prow")};
    seq.go(s);
  }
  INFO(seq.state());
  CHECK(seq.world.hooks.size() == 2);
  CHECK(seq.world.stores["other"].tokens.empty());
}

TEST_CASE("settle goes on with a removal that died before it was recorded") {
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(700);
  const Work removal = seq.work({gone("foo/a")});
  seq.die_after("delete ", removal);
  CHECK(seq.world.hooks.empty());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.hooks.empty());
}

TEST_CASE("settle slips in between the deletion of a hook and its record") {
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(700);
  const Work removal = seq.work({gone("foo/a")});
  const Work settling = seq.work({});
  std::string failed;
  for (std::size_t at = 1; at < 30; ++at) {
    Sequence c = seq;
    if (!c.go_overtaken(removal, settling, at)) break;
    c.settle_later();
    if (!c.world.violations.empty() || !c.world.hooks.empty())
      failed += "before call " + std::to_string(at) + ": " + c.state();
  }
  CHECK(failed == "");
}

TEST_CASE("a leaked token that came back with its entry is dropped all the same") {
  Sequence seq;
  seq.has("foo/a", "leaked", kAfter);
  seq.begin();
  seq.go(seq.work({want("foo/a", kNew)}));  // rotated on request; the config still says kThen
  seq.world.tick(10);
  seq.go(seq.work({gone("foo/a")}));
  seq.world.tick(10);
  seq.go(seq.work({want("foo/a")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens["foo/a"].size() == 1);
}

TEST_CASE("the ledger forgets copies in entries that are gone") {
  Sequence seq;
  seq.has("foo", "o1", kBefore);
  seq.begin();
  seq.go(seq.work({want("foo"), want("foo/a")}));
  seq.settle_later();
  seq.go(seq.work({gone("foo/a")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.count("foo/a") == 0);
  CHECK(seq.world.stores["prow"].ledger.copies.count("foo") == 0);
}

TEST_CASE("what a removed borrower's last deliveries are signed with stays valid") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", kBefore}};
  seq.world.hooks = {hook("foo", "o1"), hook("foo/a", "o1")};
  seq.world.repositories = {"foo/a"};
  seq.listed["foo/a"] = route_to("prow");
  seq.world.late = 100;
  seq.begin();
  seq.go(seq.work({want("foo")}));
  seq.settle_later();  // o1 stays: foo/a lives on it
  const Goal leaves =
      GENERATE(gone("foo/a"), rerouted("foo/a", route_to("prow"), route_to("other")));
  seq.go(seq.work({leaves}));
  CHECK(std::ranges::any_of(seq.world.stores["prow"].tokens["foo"],
                            [](const SimToken& t) { return t.value == "o1"; }));
  for (int i = 0; i < 100; ++i) seq.world.tick(1);
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("reconcile removes an extra entry whose hook is at another URL of its store") {
  Sequence seq;
  const Route second = route_to("prow", "second");
  seq.world.stores["prow"].tokens["foo/x"] = {{"t1", kAfter}};
  seq.world.hooks = {hook("foo/x", "t1", second)};
  seq.begin();
  Settings settings;
  settings.routes.resize(2);
  settings.routes[0].match = "*";
  settings.routes[0].route = route_to("prow");
  settings.routes[1].match = "foo/*";
  settings.routes[1].route = second;
  Calls calls(seq.world);
  LiveState live;
  {
    SimOutside ports(seq.world, calls);
    live = observe(Snapshot(), settings, ports.outside());
  }
  seq.go(seq.work(goals_of(changes_towards(Snapshot(), settings, live), "x")));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("what another run has brought to its end meanwhile is not begun again") {
  for (std::size_t number = 1;; ++number) {
    Sequence seq;
    seq.has("foo/a", "a", kBefore);
    seq.has("foo/b", "b", kBefore);
    seq.begin();
    seq.go(seq.work({gone("foo/b")}));
    seq.world.tick(700);
    const Work settling = seq.work({});
    if (!seq.go_overtaken(seq.work({want("foo/a", kNew)}), settling, number)) break;
    INFO("before call " << number << "\n" << seq.state());
    CHECK_FALSE(seq.world.stores["prow"].ledger.entries.contains("foo/b"));
    CHECK(seq.world.violations == Violations());
  }
}

}  // namespace
}  // namespace hookplan::simulation
