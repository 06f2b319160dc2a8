// SPDX-License-Identifier: Apache-2.0
// What Prow's own unit tests ask of its hmac tool, with the same input and our outcome: state
// against config, as `hookplan hmac` has it. The ids are those of the reference list. Where ours is
// another outcome the row says why. V (how `hook` judges deliveries) is in peers.prow_hook and
// base/hmac_test.cc, T1 (tokens differ) in the contract of receivers, G (flags) in hmac_test, I in
// e2e.hmac.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "core/apply/apply.h"
#include "core/apply/live_state.h"
#include "core/config/read_config.h"
#include "tests/fixtures/plans.h"
#include "tests/scenarios/play.h"

namespace hookplan::scenarios {
namespace {

using simulation::Calls;
using simulation::route_to;
using simulation::SimOutside;

// A world, and a config text that it is brought to again and again.
struct StateRun {
  Play play = {};
  Settings settings = {};
  StateProposal proposal = {};
  ApplyReport report = {};

  StateRun() {
    settings.routes = {{"*", route_to("prow")}};
    settings.overlap = std::chrono::seconds(kOverlap);
  }

  // False if the plan is not accepted.
  bool run(const std::string& config) {
    const Result<Snapshot> snapshot = read_config(config, "config.yaml");
    REQUIRE(snapshot.has_value());
    Calls calls(play.world);
    const SimOutside ports(play.world, calls);
    const LiveState live = observe(*snapshot, settings, ports.outside());
    REQUIRE(live.errors.empty());
    proposal = propose({"config.yaml", {}, *snapshot, settings, fixtures::types()}, live,
                       {play.world.now, 0}, "test");
    if (!proposal.accepted) return false;
    report = apply(*proposal.accepted, ports.outside(), simulation::options());
    return true;
  }

  // A run, and one after its overlap, as a job that runs again has it.
  void run_to_the_end(const std::string& config) {
    REQUIRE(run(config));
    CHECK(report.is_complete());
    play.world.tick(kOverlap + 1);
    REQUIRE(run(config));
    CHECK(report.is_complete());
    play.world.check("in the end");
    CHECK(play.world.violations == Texts());
  }

  void check_hook(const std::string& entry) {
    CHECK(play.hooks_of(entry) == 1);
    const auto hook = std::ranges::find(play.world.hooks, entry, &simulation::SimHook::entry);
    REQUIRE(hook != play.world.hooks.end());
    CHECK(hook->active);
    CHECK(hook->events == Texts{"*"});
    CHECK(hook->url == kUrl);
    CHECK(play.signs_with(entry, play.values(entry).back()));
  }
};

std::string entry_line(const std::string& entry, const std::string& after) {
  return "    " + entry + ": {token_created_after: " + after + "}\n";
}

TEST_CASE("P: of several tokens only the newest stays, as far as the config wants it") {
  const auto [id, dates, threshold, left] =
      GENERATE(table<std::string, Texts, std::string, std::size_t>({
          {"P1", {"2020-01-01", "2020-02-01", "2020-03-01"}, "2020-02-15", 1},
          {"P2", {"2020-01-01", "2020-02-01"}, "2020-01-15", 1},
          // Prow would drop the older ones here, too. Nobody knows which one the hook signs with
          // for somebody else, and the config allows all of them: they stay.
          {"P1, allowed", {"2020-01-01", "2020-02-01", "2020-03-01"}, "2019-01-01", 3},
      }));
  CAPTURE(id);
  StateRun state;
  for (const std::string& date : dates) state.play.token("o/r", date, date + "T00:00:00Z");
  state.play.hook("o/r", dates.front()).begin();
  state.run_to_the_end(fixtures::config_with(entry_line("o/r", threshold + "T00:00:00Z")));
  CHECK(state.play.values("o/r").size() == left);
  CHECK(state.play.values("o/r").back() == dates.back());
  CHECK(state.play.signs_with("o/r", left == 1 ? dates.back() : dates.front()));
}

TEST_CASE("P3: where nothing is due nothing is written, and no key appears") {
  StateRun state;
  state.play.token("o/r", "t", "2021-01-01T00:00:00Z").hook("o/r", "t").begin();
  const std::uint64_t version = state.play.world.stores.at("prow").version;
  state.run_to_the_end(fixtures::config_with(entry_line("o/r", std::string(kThreshold))));
  CHECK(state.play.world.stores.at("prow").version == version);  // Prow: two writes
  CHECK(state.play.world.stores.at("prow").tokens.size() == 1);
}

// R: two keys, each with a token and a hook; `repo1` counts as an organization.
StateRun two_keys() {
  StateRun state;
  state.play.token("repo1", "t1", "2021-01-01T00:00:00Z").hook("repo1", "t1");
  state.play.token("repo2", "t2", "2021-01-01T00:00:00Z").hook("repo2", "t2");
  return state;
}

TEST_CASE("R: what the config does not list loses its hook and its tokens") {
  SECTION("R1: one of two") {
    StateRun state = two_keys();
    state.play.begin();
    state.run_to_the_end(fixtures::config_with(entry_line("repo2", std::string(kThreshold))));
    CHECK(state.play.values("repo1") == Texts());
    CHECK(state.play.hooks_of("repo1") == 0);
    CHECK(state.play.values("repo2") == Texts{"t2"});
    CHECK(state.play.signs_with("repo2", "t2"));
  }
  SECTION("R2: both, which must be meant") {
    StateRun state = two_keys();
    state.play.begin();
    const std::string config = "managed_webhooks: {org_repo_config: {}}\n";
    CHECK_FALSE(state.run(config));  // Prow: deletes them
    CHECK(state.proposal.plan.is_blocked());
    CHECK(state.play.hooks_of("repo1") == 1);
    state.settings.guards.allow_empty = true;
    state.run_to_the_end(config);
    CHECK(state.play.world.stores.at("prow").tokens.empty());
    CHECK(state.play.world.hooks.empty());
  }
  SECTION("R3: one of them has no hook any more") {
    StateRun state = two_keys();
    state.play.token("whatever-repo", "w", "2021-01-01T00:00:00Z").begin();
    state.run_to_the_end(fixtures::config_with(entry_line("repo2", std::string(kThreshold))));
    CHECK(state.play.world.stores.at("prow").tokens.size() == 1);
    CHECK(state.play.hooks_of("repo1") == 0);
  }
}

TEST_CASE("R: the guards judge what is live, so a config that lost its section deletes nothing") {
  StateRun state = two_keys();
  state.play.begin();
  const auto config = GENERATE(as<std::string>(), "plank: {}\n", "managed_webhooks:\n",
                               "managed_webhooks: {respect_legacy_global_token: true}\n");
  CHECK_FALSE(state.run(config));
  CHECK(state.proposal.plan.is_blocked());
  CHECK(state.play.world.hooks.size() == 2);
  CHECK(state.play.world.stores.at("prow").tokens.size() == 2);
}

TEST_CASE("A: an entry that is new gets a token, and the global one beside it") {
  const auto [id, has_global, count] = GENERATE(table<std::string, bool, std::size_t>({
      {"A1", false, 1},
      {"A2", true, 2},
  }));
  CAPTURE(id);
  StateRun state;
  if (has_global) state.play.token("*", "global", "0001-01-01T00:00:00Z");
  for (const std::string entry : {"repo1", "repo2"}) {
    if (has_global) state.play.hook(entry, "global");
    state.play.world.repositories.insert(entry);
  }
  state.play.token("pending", "p", "2019-01-01T00:00:00Z").hook("pending", "p").begin();
  const std::string threshold(kThreshold);
  const std::string config =
      fixtures::config_with(entry_line("pending", threshold) + entry_line("repo1", threshold) +
                            entry_line("repo2", threshold)) +
      "  respect_legacy_global_token: true\n";
  REQUIRE(state.run(config));
  for (const std::string entry : {"repo1", "repo2"}) {
    CHECK(state.play.values(entry).size() == count);
    state.check_hook(entry);
  }
  CHECK(state.play.values("pending").size() == 2);
  state.check_hook("pending");
  state.run_to_the_end(config);
  for (const std::string entry : {"repo1", "repo2", "pending"})
    CHECK(state.play.values(entry).size() == 1);
  CHECK(state.play.values("*").size() == (has_global ? 1 : 0));
}

TEST_CASE("O: an entry whose tokens are too old gets a new one beside them") {
  const auto [id, has_global] = GENERATE(table<std::string, bool>({{"O1", false}, {"O2", true}}));
  CAPTURE(id);
  StateRun state;
  if (has_global) state.play.token("*", "global", "0001-01-01T00:00:00Z");
  for (const std::string entry : {"repo1", "repo2"}) {
    state.play.token(entry, "old1", "2021-01-01T00:00:00Z");
    state.play.token(entry, "old2", "2022-01-01T00:00:00Z").hook(entry, "old2");
  }
  state.play.begin();
  const std::string now = to_rfc3339({kStart, 0});
  const std::string config =
      fixtures::config_with(entry_line("repo1", now) + entry_line("repo2", now)) +
      "  respect_legacy_global_token: true\n";
  REQUIRE(state.run(config));
  for (const std::string entry : {"repo1", "repo2"}) {
    CHECK(state.play.values(entry).size() == 3);
    state.check_hook(entry);
  }
  state.run_to_the_end(config);
  for (const std::string entry : {"repo1", "repo2"}) CHECK(state.play.values(entry).size() == 1);
}

TEST_CASE("O3: only those are rotated that need it") {
  StateRun state;
  state.play.token("repo1", "older", to_rfc3339({kStart - 7200, 0})).hook("repo1", "older");
  state.play.token("repo2", "newer", to_rfc3339({kStart, 0})).hook("repo2", "newer").begin();
  const std::string after = to_rfc3339({kStart - 3600, 0});
  REQUIRE(
      state.run(fixtures::config_with(entry_line("repo1", after) + entry_line("repo2", after))));
  CHECK(state.play.values("repo1").size() == 2);
  state.check_hook("repo1");
  CHECK(state.play.values("repo2") == Texts{"newer"});
  CHECK(state.play.signs_with("repo2", "newer"));
}

TEST_CASE("B: hooks are made and set, of repositories and organizations") {
  struct Row {
    std::string id;
    Texts made;
    Texts set;
  };
  const Row row = GENERATE(values<Row>({{"B1", {"o/r"}, {}},
                                        {"B2", {"org"}, {}},
                                        {"B3", {}, {"org"}},
                                        {"B4", {}, {"o/r"}},
                                        {"B5", {"org"}, {"o/r"}}}));
  CAPTURE(row.id);
  StateRun state;
  std::string entries;
  for (const std::string& entry : row.set) {
    state.play.token(entry, "old", "2019-01-01T00:00:00Z").hook(entry, "old");
    entries += entry_line(entry, std::string(kThreshold));
  }
  for (const std::string& entry : row.made) {
    state.play.world.repositories.insert(entry);
    entries += entry_line(entry, std::string(kThreshold));
  }
  state.play.begin();
  state.run_to_the_end(fixtures::config_with(entries));
  for (const Texts* const all : {&row.made, &row.set}) {
    for (const std::string& entry : *all) state.check_hook(entry);
  }
  CHECK(state.play.world.hooks.size() == row.made.size() + row.set.size());
}

// What Prow's tool leaves when it dies between its first write and the hooks, and never mends.
TEST_CASE("S2: what a run of Prow's tool left half done is finished, without a ledger") {
  StateRun state;
  state.play.token("o/r", "old", "2021-01-01T00:00:00Z");
  state.play.token("o/r", "new", "2026-08-21T00:00:00Z").hook("o/r", "old");
  // It was to be onboarded: there is a token, and no hook.
  state.play.token("o/new", "fresh", "2026-08-21T00:00:00Z");
  state.play.world.repositories.insert("o/new");
  state.play.begin();
  const std::string config = fixtures::config_with(entry_line("o/new", std::string(kThreshold)) +
                                                   entry_line("o/r", "2026-08-20T00:00:00Z"));
  REQUIRE(state.run(config));
  CHECK(state.play.values("o/r") == Texts{"old", "new"});
  state.run_to_the_end(config);
  CHECK(state.play.values("o/r") == Texts{"new"});
  CHECK(state.play.signs_with("o/r", "new"));
  CHECK(state.play.signs_with("o/new", "fresh"));
}

TEST_CASE("S8: a legacy token is promoted, and retired when the config does not respect it") {
  StateRun state;
  state.play.token("*", "legacy", "0001-01-01T00:00:00Z").hook("o/r", "legacy").begin();
  const std::string entries = fixtures::config_with(entry_line("o/r", std::string(kThreshold)));
  state.run_to_the_end(entries + "  respect_legacy_global_token: true\n");
  CHECK(state.play.values("*") == Texts{"legacy"});
  CHECK(state.play.values("o/r") == Texts{"minted1"});
  REQUIRE(state.run(entries));
  CHECK(state.proposal.plan.settings.size() == 1);
  state.run_to_the_end(entries);
  CHECK(state.play.values("*") == Texts());
  state.check_hook("o/r");
}

TEST_CASE("runs with other configs one after the other warn of nothing that was skipped") {
  StateRun state;
  state.play.world.repositories.insert("o/r");
  state.play.world.repositories.insert("o/s");
  state.play.begin();
  const std::string one = fixtures::config_with(entry_line("o/r", std::string(kThreshold)));
  state.run_to_the_end(one);
  state.play.world.denied.insert("o/s");
  const std::string two = one + entry_line("o/s", std::string(kThreshold));
  REQUIRE(state.run(two));
  CHECK_FALSE(state.report.is_complete());
  state.play.world.denied.clear();
  REQUIRE(state.run(two));
  CHECK(state.report.is_complete());
  CHECK(state.report.warnings.empty());
  state.run_to_the_end(two);
}

}  // namespace
}  // namespace hookplan::scenarios
