// SPDX-License-Identifier: Apache-2.0
// Plans that follow each other where a reroute died on its way.
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

TEST_CASE("a reroute within a store dies, the next one leads to another store") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  const Route middle = route_to("prow");
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  seq.die_before("delete ", seq.work({rerouted("foo/a", old, middle)}));
  seq.world.tick(10);
  const ApplyReport report = seq.go(seq.work({rerouted("foo/a", middle, route_to("other"))}));
  CHECK(report.is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK_FALSE(seq.has_hook_at(old));
}

TEST_CASE("a reroute between stores dies, the next one leads to a third store") {
  Sequence seq;
  seq.world.stores["third"];
  const Route old = route_to("third");
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  seq.die_before("delete ", seq.work({rerouted("foo/a", old, route_to("prow"))}));
  seq.world.tick(10);
  seq.go(seq.work({rerouted("foo/a", route_to("prow"), route_to("other"))}));
  seq.settle_later();
  INFO(seq.state());
  CHECK_FALSE(seq.has_hook_at(old));
  CHECK(seq.world.stores["third"].tokens.empty());
}

TEST_CASE("a reroute within a store dies, a live rotation follows on the old route") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  const Route middle = route_to("prow");
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  seq.die_before("delete ", seq.work({rerouted("foo/a", old, middle)}));
  seq.world.tick(10);
  // The settings were put back, and `rotate` made a plan of the head: it knows no old route.
  seq.go(seq.work({want("foo/a", kNew, old)}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK_FALSE(seq.has_hook_at(middle));
}

TEST_CASE("settle finishes a reroute that changes the events alone") {
  Sequence seq;
  Route pushes = route_to("prow");
  pushes.events = {"push"};
  seq.has("foo/a", "t1", kAfter);
  seq.world.denied = {"foo/a"};
  seq.begin();
  seq.go(seq.work({rerouted("foo/a", route_to("prow"), pushes)}));
  seq.world.denied = {};
  const ApplyReport report = seq.go(seq.work({}));
  CHECK(report.entries.size() == 1);
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.hooks[0].events == pushes.events);
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
}

TEST_CASE("settle finishes a route that came back") {
  const Route old = GENERATE(route_to("prow", "old"), route_to("other"));
  Sequence seq;
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  seq.die_before("put ", seq.work({rerouted("foo/a", old, route_to("prow"))}));
  seq.world.tick(10);
  seq.die_before("put ", seq.work({rerouted("foo/a", route_to("prow"), old)}));
  seq.world.tick(10);
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.has_hook_at(old));
  CHECK_FALSE(seq.has_hook_at(route_to("prow")));
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
  CHECK(seq.world.stores["other"].ledger.entries.empty());
}

TEST_CASE("a live rotation overrules a reroute that died before, also for settle") {
  Sequence seq;
  seq.has("foo/a", "t1", kAfter);
  seq.begin();
  seq.die_before("put ", seq.work({rerouted("foo/a", route_to("prow"), route_to("other"))}));
  seq.world.tick(10);
  // The settings are put back; the head is asked for, live.
  const ApplyReport report = seq.go(seq.work({want("foo/a", kNew)}));
  CHECK(report.is_complete());
  CHECK(seq.has_hook_at(route_to("prow")));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.has_hook_at(route_to("prow")));
  CHECK_FALSE(seq.has_hook_at(route_to("other")));
}

TEST_CASE("a removal overrules a reroute that died before, also for settle") {
  Sequence seq;
  seq.has("foo/a", "t1", kAfter);
  seq.begin();
  seq.die_before("put ", seq.work({rerouted("foo/a", route_to("prow"), route_to("other"))}));
  seq.world.tick(10);
  // The settings are put back, and then the entry is removed.
  const ApplyReport report = seq.go(seq.work({gone("foo/a")}));
  CHECK(report.is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.hooks.empty());
  CHECK(seq.world.stores["other"].tokens.empty());
}

TEST_CASE("a removal after two reroutes that died leaves no hook") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  seq.has("foo/a", "t1", kAfter, old);
  seq.begin();
  seq.die_before("delete ", seq.work({rerouted("foo/a", old, route_to("prow"))}));
  seq.world.tick(10);
  seq.die_before("put ", seq.work({rerouted("foo/a", route_to("prow"), route_to("other"))}));
  seq.world.tick(10);
  CHECK(seq.go(seq.work({gone("foo/a", route_to("other"))})).is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.hooks.empty());
}

TEST_CASE("another spelling that a route leads elsewhere leaves the old place") {
  const Route to = GENERATE(route_to("prow", "new"), route_to("other"));
  Sequence seq;
  seq.has("Foo/a", "t1", kAfter);
  seq.begin();
  Change onboard;
  onboard.kind = ChangeKind::onboard;
  onboard.entry = "foo/a";
  onboard.after.emplace();
  onboard.after->token_created_after = kThen;
  onboard.after->route = to;
  onboard.relation = Relation{RelationKind::case_rename, "Foo/a"};
  Change remove;
  remove.kind = ChangeKind::remove;
  remove.entry = "Foo/a";
  remove.before.emplace();
  remove.before->token_created_after = kThen;
  remove.before->route = route_to("prow");
  remove.relation = Relation{RelationKind::case_rename, "foo/a"};
  const ApplyReport report = seq.go(seq.work(goals_of({remove, onboard}, "x")));
  CHECK(report.is_complete());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK_FALSE(seq.has_hook_at(route_to("prow")));
}

TEST_CASE("a run that was overtaken by a reroute does not prove the new one") {
  Sequence seq;
  const Route old = route_to("prow", "old");
  const Route next = route_to("prow");
  seq.has("foo/a", "t1", kBefore, old);
  seq.begin();
  seq.die_before("put ", seq.work({want("foo/a", kThen, old)}));
  seq.world.tick(5);
  const Work settling = seq.work({});
  const Work newer = seq.work({rerouted("foo/a", old, next)});
  std::size_t failed = 0;
  std::string first;
  for (std::size_t at = 1; at < 20; ++at) {
    for (std::size_t death = 1; death < 15; ++death) {
      Sequence c = seq;
      Calls calls(c.world);
      bool is_taken_up = false;  // the newer plan is in the ledger, so it must not be forgotten
      calls.plan[at] = Fault::stalled;
      bool is_on_its_way = false;  // a call that is cannot be fenced
      calls.second_run = [&](std::chrono::seconds lease_patience) {
        is_on_its_way = calls.last().starts_with("put ");
        Calls inner(c.world);
        inner.plan[death] = Fault::dead_before;
        SimOutside ports(c.world, inner);
        try {
          run(newer, ports.outside(), options({}, lease_patience));
        } catch (const Killed&) {
        }
        const auto& records = c.world.stores["prow"].ledger.entries;
        const auto record = records.find("foo/a");
        is_taken_up = record != records.end() && record->second.route == next;
      };
      {
        SimOutside ports(c.world, calls);
        run(settling, ports.outside(), options());
      }
      if (!is_taken_up || is_on_its_way) continue;
      c.settle_later();
      const bool left_there = c.has_hook_at(old);
      c.go(c.work({want("foo/a", {c.world.now, 0}, next)}));
      c.settle_later();
      if (c.world.violations.empty() && !left_there) continue;
      ++failed;
      if (first.empty()) {
        first = std::to_string(at) + " " + std::to_string(death) + "\n" + c.state();
        if (!c.world.violations.empty()) first += c.world.violations.front();
      }
    }
  }
  INFO(first);
  CHECK(failed == 0);
}

}  // namespace
}  // namespace hookplan::simulation
