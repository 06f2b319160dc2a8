// SPDX-License-Identifier: Apache-2.0
// Several plans one after the other, with what a person or a service left undone between them.
#include <fmt/format.h>
#include <set>

#include <catch2/catch.hpp>

#include "core/apply/run.h"
#include "tests/simulation/ports.h"
#include "tests/simulation/world.h"

namespace hookplan::simulation {
namespace {

constexpr Instant kThen{1'700'000'000, 0};

struct Bench {
  World world = {};
  int plans = 0;

  Bench() {
    world.stores["prow"];
    world.stores["other"];
  }
  void begin() {
    for (auto& [name, store] : world.stores) store.history.emplace_back(0, store.tokens);
    world.excuse_what_is_broken();
  }
  std::set<std::string> listed = {};
  Work work(std::vector<Goal> goals) {
    Work work;
    work.routes = {route_to("prow"), route_to("other")};
    work.overlap = std::chrono::seconds(600);
    // The config lists what plans have asked for and no other took away.
    for (const Goal& goal : goals) {
      if (goal.wanted) listed.insert(goal.entry);
      if (!goal.wanted) listed.erase(goal.entry);
    }
    work.listed.assign(listed.begin(), listed.end());
    if (goals.empty()) return work;
    const std::string digest = fmt::format("plan{}", ++plans);
    for (Goal& goal : goals) goal.plan = digest;
    work.goals = std::move(goals);
    work.plan = LedgerPlan{digest, {world.now, 0}, {}, {}, {}, false};
    return work;
  }
  ApplyReport go(const Work& work, const std::string& only = {},
                 std::map<std::size_t, Fault> faults = {}) {
    Calls calls(world);
    calls.plan = std::move(faults);
    SimOutside ports(world, calls, true);
    try {
      return run(work, ports.outside(), {std::chrono::seconds(60), only, false});
    } catch (const Killed&) {
      return {};
    }
  }
  void settle_later() {
    world.tick(700);
    go(work({}));
    world.tick(700);
    go(work({}));
    world.check("in the end");
  }
  std::string state() {
    std::string text;
    for (const auto& [name, store] : world.stores) {
      text += name + ": " + in_words(store.tokens) + " ledger:";
      for (const auto& [e, r] : store.ledger.entries) text += " " + e;
      for (const auto& [e, r] : store.ledger.copies) text += " copies of " + e;
      text += "\n";
    }
    for (const SimHook& hook : world.hooks)
      text += fmt::format("hook {} {} {}\n", hook.entry, hook.url, hook.token);
    return text;
  }
};

Goal want(const std::string& entry, Instant threshold = kThen,
          const Route& route = route_to("prow")) {
  Goal goal;
  goal.entry = entry;
  goal.kinds = "x";
  goal.threshold = threshold;
  goal.route = route;
  return goal;
}
Goal gone(const std::string& entry, const Route& route = route_to("prow")) {
  Goal goal = want(entry, kZeroInstant, route);
  goal.wanted = false;
  return goal;
}
SimHook hook(const std::string& entry, const std::string& token,
             const Route& route = route_to("prow")) {
  return {entry, route.url, token, false};
}
const Instant kNew{1'800'000'000, 0};
#define SHOW(b) INFO(b.state())
#define RIGHT(b) CHECK(b.world.violations == std::vector<std::string>())

}  // namespace

TEST_CASE("S13 a removal after a reroute that did not delete the old hook") {
  Bench b;
  const Route old = route_to("prow", "old");
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1", old)};
  b.begin();
  Goal g = want("foo/a");
  g.old_routes = {old};
  // die before delete
  Work w = b.work({g});
  for (std::size_t i = 1; i < 40; ++i) {
    Bench probe = b;
    Calls calls(probe.world);
    calls.plan[i] = Fault::dead_before;
    SimOutside ports(probe.world, calls, true);
    try {
      run(w, ports.outside(), {std::chrono::seconds(60), {}, false});
    } catch (const Killed&) {
      if (calls.last().starts_with("delete ")) {
        b.go(w, {}, {{i, Fault::dead_before}});
        break;
      }
    }
  }
  b.world.tick(10);
  auto report = b.go(b.work({gone("foo/a")}));
  CHECK(report.is_complete());
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.hooks.empty());
}

TEST_CASE("S13b the same with two stores") {
  Bench b;
  const Route old = route_to("other");
  b.world.stores["other"].tokens["foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1", old)};
  b.begin();
  Goal g = want("foo/a");
  g.old_routes = {old};
  Work w = b.work({g});
  for (std::size_t i = 1; i < 40; ++i) {
    Bench probe = b;
    Calls calls(probe.world);
    calls.plan[i] = Fault::dead_before;
    SimOutside ports(probe.world, calls, true);
    try {
      run(w, ports.outside(), {std::chrono::seconds(60), {}, false});
    } catch (const Killed&) {
      if (calls.last().starts_with("delete ")) {
        b.go(w, {}, {{i, Fault::dead_before}});
        break;
      }
    }
  }
  b.world.tick(10);
  auto report = b.go(b.work({gone("foo/a")}));
  CHECK(report.is_complete());
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.hooks.empty());
  CHECK(b.world.stores["other"].tokens.empty());
}

TEST_CASE("S12 respelled before a break-glass rotation settled") {
  Bench b;
  b.world.stores["prow"].tokens["Foo/a"] = {{"leaked", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("Foo/a", "leaked")};
  b.begin();
  b.go(b.work({want("Foo/a", kNew)}));
  b.world.tick(10);
  Goal g = want("foo/a");
  g.respelled_from = "Foo/a";
  Goal r = gone("Foo/a");
  r.keeps_hook = true;
  r.after = "foo/a";
  auto report = b.go(b.work({r, g}));
  CHECK(report.is_complete());
  b.world.hooks.erase(b.world.hooks.begin());  // one hook in truth
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens["foo/a"].size() == 1);
  CHECK(b.world.stores["prow"].ledger.entries.empty());
}

// Known, and not mended yet.
TEST_CASE("S12b respelled before a reroute deleted the old hook", "[!shouldfail]") {
  Bench b;
  const Route old = route_to("prow", "old");
  b.world.stores["prow"].tokens["Foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("Foo/a", "t1", old)};
  b.begin();
  Goal g0 = want("Foo/a");
  g0.old_routes = {old};
  Work w = b.work({g0});
  for (std::size_t i = 1; i < 40; ++i) {
    Bench probe = b;
    Calls calls(probe.world);
    calls.plan[i] = Fault::dead_before;
    SimOutside ports(probe.world, calls, true);
    try {
      run(w, ports.outside(), {std::chrono::seconds(60), {}, false});
    } catch (const Killed&) {
      if (calls.last().starts_with("delete ")) {
        b.go(w, {}, {{i, Fault::dead_before}});
        break;
      }
    }
  }
  b.world.tick(10);
  Goal g = want("foo/a");
  g.respelled_from = "Foo/a";
  Goal r = gone("Foo/a");
  r.keeps_hook = true;
  r.after = "foo/a";
  b.go(b.work({r, g}));
  b.settle_later();
  SHOW(b);
  CHECK(std::ranges::none_of(b.world.hooks, [&](const SimHook& h) { return h.url == old.url; }));
}

TEST_CASE("S19 organisation rotated while a repository with its own hook waits") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  b.world.repositories = {"foo/a"};
  b.world.denied = {"foo/a"};
  b.begin();
  b.go(b.work({want("foo"), want("foo/a")}));
  RIGHT(b);
  b.settle_later();
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("S19b repository without its own list in the same plan, left out by only") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  b.world.repositories = {"foo/a"};
  b.begin();
  Work w = b.work({want("foo"), want("foo/a")});
  b.go(w, "foo");
  b.world.tick(700);
  b.go(b.work({}), "foo");
  b.world.check("in the end");
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("S18 organisation rotated while a removal settles") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "o1"), hook("foo/a", "t1")};
  b.begin();
  b.go(b.work({gone("foo/a")}));
  b.world.tick(10);
  b.go(b.work({want("foo")}));
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens.count("foo/a") == 0);
  b.go(b.work({want("foo", kNew)}));
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens.count("foo/a") == 0);
}

TEST_CASE("S29 a token that is not ours in a removed repository below an organisation") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "o1")};
  b.world.repositories = {"foo/a"};
  b.begin();
  b.go(b.work({want("foo/a")}));
  b.settle_later();
  RIGHT(b);
  b.go(b.work({gone("foo/a")}));
  b.world.stores["prow"].tokens["foo/a"].push_back({"hand", {b.world.now, 7}});
  b.world.commit("prow");
  b.settle_later();
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("S40 --only hides what the removal of an organisation must wait for") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "o1")};
  b.world.repositories = {"foo/a"};
  b.world.denied = {"foo/a"};
  b.begin();
  b.go(b.work({want("foo/a")}));
  b.world.tick(10);
  const Work w = b.work({gone("foo")});
  Bench all = b;
  all.go(w);
  CHECK(all.world.hooks.size() == 1);
  b.go(w, "foo");
  SHOW(b);
  CHECK(b.world.hooks.size() == 1);
}

// Known, and not mended yet.
TEST_CASE("S16 settle knows only the routes of today", "[!shouldfail]") {
  Bench b;
  const Route old = route_to("other");
  b.world.stores["other"].tokens["foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1", old)};
  b.begin();
  Goal g = want("foo/a");
  g.old_routes = {old};
  Work w = b.work({g});
  w.routes = {route_to("prow")};
  auto report = b.go(w);
  for (auto& e : report.entries) WARN(e.entry << " " << to_string(e.outcome));
  b.world.tick(700);
  Work s = b.work({});
  s.routes = {route_to("prow")};
  report = b.go(s);
  CHECK(report.is_complete());
  SHOW(b);
  CHECK(b.world.stores["other"].tokens.empty());
}

TEST_CASE("S48 store restored after the plan was finished") {
  Bench b;
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1")};
  b.begin();
  const Work w = b.work({want("foo/a")});
  b.go(w);
  b.world.tick(700);
  b.go(b.work({}));
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  b.world.commit("prow");
  auto report = b.go(w);
  SHOW(b);
  CHECK_FALSE(report.already_applied);
  CHECK(b.world.accepts(b.world.stores["prow"].tokens, b.world.hooks[0], "foo/a"));
}

TEST_CASE("S9 a plan run again and again while one entry waits") {
  Bench b;
  const Route old = route_to("prow", "old");
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  b.world.stores["prow"].tokens["foo/b"] = {{"t2", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1", old), hook("foo/b", "t2")};
  b.world.denied = {"foo/b"};
  b.begin();
  Goal g = want("foo/a");
  g.old_routes = {old};
  const Work w = b.work({g, want("foo/b")});
  for (int i = 0; i < 10; ++i) {
    b.go(w);
    b.world.tick(300);
  }
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens["foo/a"].size() == 1);
}

TEST_CASE("S20 global tokens when a newer plan takes over") {
  Bench b;
  b.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  b.world.hooks = {hook("foo/a", "g")};
  b.world.denied = {"foo/a"};
  b.begin();
  Work w = b.work({want("foo/a")});
  w.retires_global = true;
  b.go(w);
  b.world.tick(10);
  b.world.denied = {};
  b.go(b.work({want("bar/c")}));
  b.settle_later();
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens.count("*") == 0);
}

TEST_CASE("S20b global tokens retired under an entry of an earlier plan that never got its own") {
  Bench b;
  b.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  b.world.hooks = {hook("foo/a", "g")};
  b.begin();
  Work first = b.work({want("foo/a"), want("foo/b")});
  first.respects_global = true;
  b.go(first, "foo/b");
  b.world.tick(10);
  Work w = b.work({want("foo/d")});
  w.retires_global = true;
  auto r = b.go(w);
  CHECK_FALSE(r.warnings.empty());
  b.settle_later();
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("T15 an organisation alone first: repositories of the plan that are left out") {
  Bench b;
  b.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  b.world.hooks = {hook("foo", "g"), hook("foo/a", "g")};
  b.world.repositories = {"foo/a"};
  b.begin();
  Work w = b.work({want("foo"), want("foo/a")});
  w.respects_global = true;
  b.go(w, "foo");
  b.world.tick(700);
  Work s = b.work({});
  s.respects_global = true;
  b.go(s);
  b.world.check("in the end");
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("T9 a rotated organisation, its repository denied, from one plan each") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  b.world.repositories = {"foo/a"};
  b.world.denied = {"foo/a"};
  b.begin();
  b.go(b.work({want("foo/a")}));
  b.world.tick(10);
  b.go(b.work({want("foo", kNew)}));
  RIGHT(b);
  b.settle_later();
  SHOW(b);
  RIGHT(b);
}

TEST_CASE("T40 an older plan that is overtaken while it runs") {
  Bench b;
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  b.world.hooks = {hook("foo/a", "t1")};
  b.begin();
  const Work older = b.work({want("foo/a")});
  b.world.tick(5);
  const Work newer = b.work({want("foo/a", kNew)});
  for (std::size_t at = 1; at < 30; ++at) {
    Bench c = b;
    Calls calls(c.world);
    calls.plan[at] = Fault::second_run;
    calls.second_run = [&] {
      Calls inner(c.world);
      SimOutside ports(c.world, inner, false);
      run(newer, ports.outside(), {std::chrono::seconds(60), {}, false});
    };
    SimOutside ports(c.world, calls, false);
    run(older, ports.outside(), {std::chrono::seconds(60), {}, false});
    std::string order;
    for (auto& p : c.world.stores["prow"].ledger.plans)
      order += p.digest + (p.finished ? "! " : " ");
    c.settle_later();
    INFO(at << c.state());
    RIGHT(c);
    CHECK(c.world.hooks[0].token == c.world.stores["prow"].tokens["foo/a"].back().value);
  }
}

TEST_CASE("T41 removal, then the organisation, then the same repository again") {
  Bench b;
  b.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  b.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  b.world.hooks = {hook("foo", "o1"), hook("foo/a", "t1")};
  b.begin();
  b.go(b.work({gone("foo/a")}));
  b.world.tick(10);
  b.go(b.work({want("foo"), want("foo/a")}));
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  b.go(b.work({gone("foo"), want("foo/a", kNew)}));
  b.settle_later();
  SHOW(b);
  RIGHT(b);
  CHECK(b.world.stores["prow"].tokens["foo/a"].size() == 1);
}

}  // namespace hookplan::simulation
