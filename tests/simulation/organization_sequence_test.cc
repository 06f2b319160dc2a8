// SPDX-License-Identifier: Apache-2.0
// Plans that follow each other where organizations and their repositories live on each other's
// tokens and hooks.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

// Both have hooks of their own, which sign with the organization's token.
Sequence organization_with_repository() {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  seq.world.repositories = {"foo/a"};
  return seq;
}

TEST_CASE("a removed organization keeps its tokens while a listed repository lives on them") {
  Sequence seq = organization_with_repository();
  seq.begin();
  seq.go(seq.work({want("foo/a")}), "nobody");
  seq.world.tick(10);
  seq.go(seq.work({gone("foo")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization is rotated while a repository with its own hook is refused") {
  Sequence seq = organization_with_repository();
  seq.world.denied = {"foo/a"};
  seq.begin();
  seq.go(seq.work({want("foo"), want("foo/a")}));
  CHECK(seq.world.violations == Violations());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization is rotated by a later plan than the repository that is refused") {
  Sequence seq = organization_with_repository();
  seq.world.denied = {"foo/a"};
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(10);
  seq.go(seq.work({want("foo", kNew)}));
  CHECK(seq.world.violations == Violations());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a repository without tokens of its own is left out by --only") {
  Sequence seq = organization_with_repository();
  seq.begin();
  Work w = seq.work({want("foo"), want("foo/a")});
  seq.go(w, "foo");
  seq.world.tick(700);
  seq.go(seq.work({}), "foo");
  seq.world.check("in the end");
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization alone gets its own tokens beside global ones") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo", "g"), hook("foo/a", "g")};
  seq.world.repositories = {"foo/a"};
  seq.begin();
  Work w = seq.work({want("foo"), want("foo/a")});
  w.respects_global = true;
  seq.go(w, "foo");
  seq.world.tick(700);
  Work s = seq.work({});
  s.respects_global = true;
  seq.go(s);
  seq.world.check("in the end");
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization is rotated while the removal of a repository settles") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  seq.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo", "o1"), hook("foo/a", "t1")};
  seq.begin();
  seq.go(seq.work({gone("foo/a")}));
  seq.world.tick(10);
  seq.go(seq.work({want("foo")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.count("foo/a") == 0);
  seq.go(seq.work({want("foo", kNew)}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens.count("foo/a") == 0);
}

TEST_CASE("a repository is removed, and comes back with its organization") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  seq.world.stores["prow"].tokens["foo/a"] = {{"t1", {kThen.seconds + 5, 0}}};
  seq.world.hooks = {hook("foo", "o1"), hook("foo/a", "t1")};
  seq.begin();
  seq.go(seq.work({gone("foo/a")}));
  seq.world.tick(10);
  seq.go(seq.work({want("foo"), want("foo/a")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  seq.go(seq.work({gone("foo"), want("foo/a", kNew)}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].tokens["foo/a"].size() == 1);
}

TEST_CASE("a token of somebody else in a removed repository below an organization") {
  Sequence seq;
  seq.has("foo", "o1", kBefore);
  seq.world.repositories = {"foo/a"};
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.settle_later();
  CHECK(seq.world.violations == Violations());
  seq.go(seq.work({gone("foo/a")}));
  seq.world.stores["prow"].tokens["foo/a"].push_back({"hand", {seq.world.now, 7}});
  seq.world.commit("prow");
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("the removal of an organization waits also for what --only leaves out") {
  Sequence seq;
  seq.has("foo", "o1", kBefore);
  seq.world.repositories = {"foo/a"};
  seq.world.denied = {"foo/a"};
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(10);
  const Work w = seq.work({gone("foo")});
  Sequence all = seq;
  all.go(w);
  CHECK(all.world.hooks.size() == 1);
  seq.go(w, "foo");
  INFO(seq.state());
  CHECK(seq.world.hooks.size() == 1);
}

TEST_CASE("a repository keeps the global token that its organization's hook signs with") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo", "g"), hook("foo/a", "g")};
  seq.world.repositories = {"foo/a"};
  seq.begin();
  Work w = seq.work({want("foo"), want("foo/a")});
  w.respects_global = true;
  seq.go(w, "foo/a");
  for (int i = 0; i < 2; ++i) {
    seq.world.tick(700);
    Work s = seq.work({});
    s.respects_global = true;
    seq.go(s);
  }
  seq.world.check("in the end");
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("global tokens stay while the removal of their last user is refused") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo/a", "g"), hook("bar/c", "g")};
  seq.listed["foo/a"] = route_to("prow");
  seq.world.denied = {"foo/a"};
  seq.begin();
  Work w = seq.work({want("bar/c"), gone("foo/a")});
  w.retires_global = true;
  seq.go(w);
  seq.world.tick(700);
  const ApplyReport report = seq.go(w);
  INFO(seq.state());
  CHECK(report.count(Outcome::failed) == 1);
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organization's tokens stay while the removal of their borrower is refused") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", kBefore}};
  seq.world.hooks = {hook("foo", "o1"), hook("foo/a", "o1")};
  seq.listed["foo/a"] = route_to("prow");
  seq.world.denied = {"foo/a"};
  seq.begin();
  const Work w =
      GENERATE_REF(seq.work({want("foo"), gone("foo/a")}), seq.work({gone("foo"), gone("foo/a")}));
  seq.go(w);
  seq.world.tick(700);
  seq.go(w);
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a global token that an organization lent goes from its repository, too") {
  Sequence seq;
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo", "g"), hook("foo/a", "g")};
  seq.world.repositories = {"foo/a"};
  seq.world.denied = {"foo"};
  seq.begin();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(10);
  Work w = seq.work({want("foo")});
  w.retires_global = true;
  seq.go(w);
  seq.settle_later();  // foo/a settles, foo is still refused
  seq.world.denied = {};
  seq.settle_later();
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
  CHECK(seq.world.stores["prow"].tokens.count("*") == 0);
  for (const auto& [entry, list] : seq.world.stores["prow"].tokens)
    CHECK(std::ranges::none_of(list, [](const SimToken& t) { return t.value == "g"; }));
}

TEST_CASE("what does not settle is not said to settle until a time that is over") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"v", kBefore}};
  seq.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  seq.world.repositories = {"foo/a"};
  seq.begin();
  seq.listed["foo/a"] = route_to("prow");
  seq.go(seq.work({want("foo")}));
  seq.settle_later();
  const ApplyReport report = seq.go(seq.work({}));
  CHECK(report.is_complete());
  for (const EntryReport& entry : report.entries) {
    INFO(entry.entry << " " << to_string(entry.outcome) << " until "
                     << (entry.until ? entry.until->seconds : 0) << " now " << seq.world.now);
    CHECK((!entry.until || entry.until->seconds > seq.world.now));
  }
}

}  // namespace
}  // namespace hookplan::simulation
