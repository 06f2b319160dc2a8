// SPDX-License-Identifier: Apache-2.0
// Repositories that have another name in the config, on the forge, or on both.
#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

const std::vector<SimToken>& stored_of(Sequence& seq, const std::string& entry) {
  return seq.world.stores["prow"].tokens[entry];
}

// The goals of a plan that may be a new name of what is there.
std::vector<Goal> renamed(const std::string& from, const std::string& to) {
  Goal onboarded = want(to);
  onboarded.renamed_from = from;
  Goal removed = gone(from);
  removed.after = to;
  return {removed, onboarded};
}

std::vector<Goal> respelled(const std::string& from, const std::string& to) {
  Goal onboarded = want(to);
  onboarded.respelled_from = from;
  Goal removed = gone(from);
  removed.after = to;
  removed.keeps_hook = true;
  return {removed, onboarded};
}

// As many calls as the run makes, and one more: none goes wrong then.
std::size_t calls_of(const Sequence& seq, const Work& work) {
  Sequence copy = seq;
  const std::size_t before = copy.world.calls;
  copy.go(work);
  return copy.world.calls - before + 1;
}

TEST_CASE("a repository that moves on the forge at any time is accepted under its new name") {
  const std::string token = GENERATE(values<std::string>({"own", "of the organization"}));
  Sequence first;
  first.has("old/spec", "t1", kAfter);
  if (token == "of the organization") {
    auto node = first.world.stores["prow"].tokens.extract("old/spec");
    node.key() = "old";
    first.world.stores["prow"].tokens.insert(std::move(node));
  }
  first.begin();
  const Work work = first.work(renamed("old/spec", "new/spec"));
  for (std::size_t killed = 1; killed <= calls_of(first, work); ++killed) {
    Sequence seq = first;
    CAPTURE(token, killed);
    seq.go(work, {}, {{killed, Fault::dead_before}});
    // Before its tokens are stored nothing can be known of the new name, and a forge gives no name
    // that another one has.
    if (stored_of(seq, "new/spec").empty() || seq.world.hooks.size() > 1) continue;
    seq.world.rename("old/spec", "new/spec");
    seq.world.tick(40);
    CHECK(seq.go(work).is_complete());
    seq.settle_later();
    INFO(seq.state());
    CHECK(seq.world.violations == Violations());
    CHECK(seq.has_hook_at(route_to("prow")));
    REQUIRE(stored_of(seq, "new/spec").size() == 1);
    CHECK(seq.world.hooks.at(0).token == stored_of(seq, "new/spec")[0].value);
    CHECK(stored_of(seq, "new/spec")[0].value != "t1");
    CHECK(stored_of(seq, "old/spec").empty());
  }
}

TEST_CASE("tokens that came with a name are lent once") {
  Sequence seq;
  seq.has("old/spec", "t1", kAfter);
  seq.begin();
  // The old entry is never gone, so its tokens stay, and the plan stays open.
  seq.world.denied = {"old/spec"};
  const Work work = seq.work(renamed("old/spec", "new/spec"));
  seq.go(work);
  CHECK(stored_of(seq, "new/spec").size() == 2);
  for (int i = 0; i < 3; ++i) {
    seq.settle_later();
    seq.go(work);
    INFO(seq.state());
    CHECK(stored_of(seq, "new/spec").size() == 1);
    CHECK(stored_of(seq, "old/spec").size() == 1);
  }
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a rotation is for both spellings as long as nobody knows which one is sent") {
  // With the plan that respells, or later.
  const bool at_once = GENERATE(true, false);
  const std::string only = GENERATE(values<std::string>({"", "foo/a"}));
  CAPTURE(at_once, only);
  Sequence first;
  first.has("Foo/a", "t1", kAfter);
  first.world.spelled["foo/a"] = "Foo/a";
  first.begin();
  std::vector<Goal> goals = respelled("Foo/a", "foo/a");
  if (at_once) goals.back().threshold = kNew;
  const Work work = first.work(goals);
  first.go(work);
  first.settle_later();
  const Work later = first.work({want("foo/a", {kNew.seconds + 10, 0})});
  for (std::size_t killed = 1; killed <= calls_of(first, later); ++killed) {
    Sequence seq = first;
    CAPTURE(killed);
    seq.go(later, only, {{killed, Fault::dead_before}});
    seq.world.tick(40);
    seq.go(later, only);
    seq.settle_later();
    INFO(seq.state());
    CHECK(seq.world.violations == Violations());
    CHECK(seq.has_hook_at(route_to("prow")));
  }
}

TEST_CASE("the spelling that the forge sends keeps its tokens") {
  Sequence seq;
  seq.has("Foo/a", "t1", kAfter);
  const bool both = GENERATE(false, true);
  CAPTURE(both);
  // A config that listed both spellings had one hook for them.
  if (both) seq.world.stores["prow"].tokens["foo/a"] = {{"t2", kAfter}};
  seq.world.spelled["foo/a"] = "Foo/a";
  seq.begin();
  std::vector<Goal> goals = respelled("Foo/a", "foo/a");
  if (both) goals.pop_back();
  const Work work = seq.work(goals);
  for (int i = 0; i < 3; ++i) {
    const ApplyReport report = seq.go(work);
    CHECK_FALSE(report.is_complete());
    seq.settle_later();
    INFO(seq.state());
    CHECK(seq.world.violations == Violations());
    CHECK(seq.has_hook_at(route_to("prow")));
    CHECK_FALSE(stored_of(seq, "Foo/a").empty());
  }
  SECTION("until the config has it again") {
    if (both) return;
    CHECK(seq.go(seq.work(respelled("foo/a", "Foo/a"))).is_complete());
  }
  SECTION("until the forge sends the other one") {
    // Both lists hold what the hook signs with.
    if (both) seq.world.stores["prow"].tokens["foo/a"].push_back({"t1", kThen});
    seq.world.spelled["foo/a"] = "foo/a";
    seq.world.rename("Foo/a", "foo/a");
    CHECK(seq.go(work).is_complete());
  }
  seq.settle_later();
  INFO(seq.state());
  CHECK(seq.world.violations == Violations());
  CHECK(seq.has_hook_at(route_to("prow")));
  CHECK(seq.world.stores["prow"].tokens.count(seq.world.spelled["foo/a"]) == 1);
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
}

}  // namespace
}  // namespace hookplan::simulation
