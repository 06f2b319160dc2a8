// SPDX-License-Identifier: Apache-2.0
// Plans that overtake each other, and what becomes of global tokens between them.
#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

TEST_CASE("a store that was put back after the plan was finished") {
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  const Work w = seq.work({want("foo/a")});
  seq.go(w);
  seq.world.tick(700);
  seq.go(seq.work({}));
  seq.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  seq.world.commit("prow");
  const ApplyReport report = seq.go(w);
  INFO(seq.state());
  CHECK_FALSE(report.already_applied);
  CHECK(seq.world.accepts(seq.world.stores["prow"].tokens, seq.world.hooks[0], "foo/a"));
}

TEST_CASE("an older plan is overtaken at any of its calls") {
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  const Work older = seq.work({want("foo/a")});
  seq.world.tick(5);
  const Work newer = seq.work({want("foo/a", kNew)});
  for (std::size_t at = 1; at < 30; ++at) {
    Sequence c = seq;
    Calls calls(c.world);
    calls.plan[at] = Fault::stalled;
    calls.second_run = [&](std::chrono::seconds lease_patience) {
      Calls inner(c.world);
      SimOutside ports(c.world, inner);
      run(newer, ports.outside(), options({}, lease_patience));
    };
    SimOutside ports(c.world, calls);
    run(older, ports.outside(), options());
    c.settle_later();
    INFO(at << c.state());
    CHECK(c.world.violations == Violations());
    CHECK(c.world.hooks[0].token == c.world.stores["prow"].tokens["foo/a"].back().value);
  }
}

TEST_CASE("global tokens go when a newer plan takes over from the one that retired them") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo/a", "g")};
  seq.world.denied = {"foo/a"};
  seq.begin();
  Work w = seq.work({want("foo/a")});
  w.retires_global = true;
  seq.go(w);
  seq.world.tick(10);
  seq.world.denied = {};
  seq.go(seq.work({want("bar/c")}));
  seq.settle_later();
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.count("*") == 0);
}

TEST_CASE("global tokens stay while an entry of an earlier plan never got its own") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo/a", "g")};
  seq.begin();
  Work first = seq.work({want("foo/a"), want("foo/b")});
  first.respects_global = true;
  seq.go(first, "foo/b");
  seq.world.tick(10);
  Work w = seq.work({want("foo/d")});
  w.retires_global = true;
  const ApplyReport r = seq.go(w);
  CHECK_FALSE(r.warnings.empty());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("global tokens stay while a listed entry lives on them") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"v", kZeroInstant}};
  seq.world.stores["prow"].tokens["foo/b"] = {{"w", {kThen.seconds + 5, 0}}};
  seq.world.hooks = {hook("foo/a", "v"), hook("foo/b", "w")};
  seq.begin();
  seq.listed["foo/a"] = route_to("prow");
  Work retiring = seq.work({want("foo/b")});
  retiring.retires_global = true;
  seq.go(retiring);
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.count("*") == 1);
}

TEST_CASE("a plan that settle finished counts as finished, one that was left out does not") {
  const bool all = GENERATE(true, false);
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  const Work w = all ? seq.work({want("foo/a")}) : seq.work({want("foo/a"), want("foo/z")});
  if (all) {
    seq.die_before("put ", w);
  } else {
    seq.go(w, "foo/a");
  }
  seq.settle_later();
  const ApplyReport report = seq.go(seq.work({want("foo/b")}));
  INFO(seq.state());
  CHECK(report.warnings.empty() == all);
}

}  // namespace
}  // namespace hookplan::simulation
