// SPDX-License-Identifier: Apache-2.0
// Runs of Prow's hmac tool that a plan prevents or that only looking at what is live can find,
// numbered as in the reference data, and what we promise instead.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "core/apply/live_changes.h"
#include "core/apply/live_state.h"
#include "core/config/read_config.h"
#include "core/sign/judge_plan.h"
#include "tests/fixtures/plans.h"
#include "tests/scenarios/play.h"

namespace hookplan::scenarios {
namespace {

using simulation::Calls;
using simulation::route_to;
using simulation::SimOutside;

TEST_CASE("S5: a config that lost its section is not signed, so nothing is ever deleted") {
  // Prow: deletes every hook and every token, and ends well.
  const std::string before = fixtures::config_with(
      "    a/a: {token_created_after: 2020-01-01T00:00:00Z}\n"
      "    b: {token_created_after: 2020-01-01T00:00:00Z}\n");
  const auto after = GENERATE(as<std::string>(), "plank: {}\n", "managed_webhooks:\n",
                              "managed_webhooks:\n  org_repo_config: {}\n");
  CAPTURE(after);
  Plan plan = fixtures::plan_of(before, after);
  plan.validity = Validity{{fixtures::kNow.seconds - 60, 0}, {fixtures::kNow.seconds + 60, 0}};
  CHECK(plan.summary.remove == 2);
  CHECK(std::ranges::find(plan.guards, "empty_section", &GuardVerdict::id)->result ==
        GuardResult::block);
  const Result<void> signable = check_signable(plan, fixtures::kNow);
  REQUIRE_FALSE(signable.has_value());
  CHECK(signable.error().kind == ErrorKind::blocked);

  // One that is only misspelt makes no plan at all.
  CHECK_FALSE(
      read_config("Managed_webhook:\n  org_repo_config:\n    a/a: {}\n", "c.yaml").has_value());

  // It is the guard that speaks against it, nothing else.
  Settings settings;
  settings.guards.allow_empty = true;
  Plan allowed = fixtures::plan_of(before, after, settings);
  allowed.validity = plan.validity;
  CHECK(allowed.is_blocked() == false);
}

Snapshot snapshot_of(const std::vector<std::string>& entries) {
  Snapshot snapshot;
  snapshot.state = SectionState::filled;
  for (const std::string& entry : entries)
    snapshot.entries.push_back({entry, at("2020-01-01T00:00:00Z"), {}});
  return snapshot;
}

// Whatever Prow's tool never looks at again once it is set.
enum class Drift { deleted, led_elsewhere, switched_off, other_events, none };

Play drifted(Drift drift) {
  Play play;
  play.token("o/r", "old", "2021-01-01T00:00:00Z");
  if (drift != Drift::deleted)
    play.hook("o/r", "old", drift == Drift::led_elsewhere ? "https://prow.example/other" : kUrl);
  if (drift == Drift::switched_off) play.world.hooks[0].active = false;
  if (drift == Drift::other_events) play.world.hooks[0].events = {"push"};
  play.begin();
  return play;
}

TEST_CASE("S20: a hook that is gone, off or led elsewhere is found and mended without a rotation") {
  // Prow: two writes to the store, and the hook stays as it is.
  const auto [drift, condition] = GENERATE(table<Drift, Condition>({
      {Drift::deleted, Condition::missing},
      {Drift::led_elsewhere, Condition::missing},
      {Drift::switched_off, Condition::drifted},
      {Drift::other_events, Condition::drifted},
      {Drift::none, Condition::in_order},
  }));
  CAPTURE(static_cast<int>(drift));
  Play play = drifted(drift);
  Settings settings;
  settings.routes = {{"*", route_to("prow")}};
  const Snapshot snapshot = snapshot_of({"o/r"});
  LiveState live;
  {
    Calls calls(play.world);
    const SimOutside ports(play.world, calls);
    live = observe(snapshot, settings, ports.outside());
  }
  REQUIRE(live.entries.size() == 1);
  CHECK(live.entries[0].condition == condition);
  CHECK(live.has_drift() == (drift != Drift::none));

  play.changes = changes_towards(snapshot, settings, live);
  REQUIRE(play.changes.size() == (drift == Drift::none ? 0 : 1));
  play.plan("sha256:first");
  CHECK(play.run().is_complete());
  const auto mended =
      std::ranges::find(play.world.hooks, std::string(kUrl), &simulation::SimHook::url);
  REQUIRE(mended != play.world.hooks.end());
  CHECK(mended->active);
  CHECK(mended->events == Texts{"*"});
  CHECK(mended->token == "old");
  play.settle();
  CHECK(play.values("o/r") == Texts{"old"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S20: a token that the config has outdated and a key that it does not list are found") {
  Play play;
  play.token("o/r", "old", "2019-01-01T00:00:00Z").hook("o/r", "old");
  play.token("x/y", "extra", "2019-01-01T00:00:00Z").hook("x/y", "extra").begin();
  Settings settings;
  settings.routes = {{"*", route_to("prow")}};
  const Snapshot snapshot = snapshot_of({"o/r"});
  Calls calls(play.world);
  const SimOutside ports(play.world, calls);
  const LiveState live = observe(snapshot, settings, ports.outside());
  play.changes = changes_towards(snapshot, settings, live);
  REQUIRE(play.changes.size() == 2);
  CHECK(play.changes[0].kind == ChangeKind::rotate);
  CHECK(play.changes[1].kind == ChangeKind::remove);
  play.plan("sha256:first");
  CHECK(play.run().is_complete());
  play.settle();
  CHECK(play.values("o/r") == Texts{"minted1"});
  CHECK(play.signs_with("o/r", "minted1"));
  CHECK(play.values("x/y") == Texts());
  CHECK(play.hooks_of("x/y") == 0);
  CHECK(play.world.violations == Texts());
}

}  // namespace
}  // namespace hookplan::scenarios
