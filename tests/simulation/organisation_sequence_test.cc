// SPDX-License-Identifier: Apache-2.0
// Plans that follow each other where organisations and their repositories live on each other's
// tokens and hooks.
#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

// Both have hooks of their own, which sign with the organisation's token.
Sequence organisation_with_repository() {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"v", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo", "v"), hook("foo/a", "v")};
  seq.world.repositories = {"foo/a"};
  return seq;
}

TEST_CASE("a removed organisation keeps its tokens while a listed repository lives on them") {
  Sequence seq = organisation_with_repository();
  seq.begin();
  seq.go(seq.work({want("foo/a")}), "nobody");
  seq.world.tick(10);
  seq.go(seq.work({gone("foo")}));
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organisation is rotated while a repository with its own hook is refused") {
  Sequence seq = organisation_with_repository();
  seq.world.denied = {"foo/a"};
  seq.begin();
  seq.go(seq.work({want("foo"), want("foo/a")}));
  CHECK(seq.world.violations == Violations());
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organisation is rotated by a later plan than the repository that is refused") {
  Sequence seq = organisation_with_repository();
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
  Sequence seq = organisation_with_repository();
  seq.begin();
  Work w = seq.work({want("foo"), want("foo/a")});
  seq.go(w, "foo");
  seq.world.tick(700);
  seq.go(seq.work({}), "foo");
  seq.world.check("in the end");
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("an organisation alone gets its own tokens beside global ones") {
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

TEST_CASE("an organisation is rotated while the removal of a repository settles") {
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

TEST_CASE("a repository is removed, and comes back with its organisation") {
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

TEST_CASE("a token of somebody else in a removed repository below an organisation") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo", "o1")};
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

TEST_CASE("--only does not hide what the removal of an organisation must wait for") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo"] = {{"o1", {kThen.seconds - 5, 0}}};
  seq.world.hooks = {hook("foo", "o1")};
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

}  // namespace
}  // namespace hookplan::simulation
