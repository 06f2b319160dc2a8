// SPDX-License-Identifier: Apache-2.0
// Whether what people are told before and after is what happens: a dry run, then the run; `status`
// at any time, and the world.
#include <algorithm>
#include <optional>
#include <random>

#include <catch2/catch.hpp>

#include "core/apply/engine/run.h"
#include "core/apply/live_state.h"
#include "core/config/entry_name.h"
#include "tests/simulation/scenario.h"

namespace hookplan::simulation {
namespace {

constexpr std::uint64_t kSeeds = 150;

ApplyReport run_on(World& world, const Work& work, Calls& calls, bool dry_run = false) {
  SimOutside ports(world, calls);
  RunOptions how = options();
  how.dry_run = dry_run;
  return run(work, ports.outside(), how);
}

const EntryReport* report_of(const ApplyReport& report, const std::string& entry) {
  const auto found = std::ranges::find(report.entries, entry, &EntryReport::entry);
  return found == report.entries.end() ? nullptr : &*found;
}

std::string newest_token(const World& world, const Goal& goal) {
  const auto& tokens = world.stores.at(World::store_of(std::string(goal.route->url()))).tokens;
  const auto list = tokens.find(goal.entry);
  if (list == tokens.end() || list->second.empty()) return {};
  return std::ranges::max_element(list->second, {}, &SimToken::created)->value;
}

bool has_begun(const Calls& calls, const std::string& entry) {
  return std::ranges::any_of(calls.begun, [&](const auto& one) { return one.first == entry; });
}

// Runs both and compares what the first said with what the second did.
void compare(World& world, const Work& work) {
  Calls looking(world);
  const ApplyReport said = run_on(world, work, looking, true);
  CHECK(looking.begun.empty());
  const World before = world;
  Calls doing(world);
  const ApplyReport did = run_on(world, work, doing);
  for (const EntryReport& forecast : said.entries) {
    INFO(forecast.entry << ": " << to_string(forecast.outcome) << " "
                        << (forecast.step ? to_string(*forecast.step) : "no step"));
    const EntryReport* const outcome = report_of(did, forecast.entry);
    REQUIRE(outcome != nullptr);
    INFO(to_string(outcome->outcome));
    if (forecast.outcome == Outcome::unchanged) {
      CHECK_FALSE(has_begun(doing, forecast.entry));
      CHECK((outcome->outcome == Outcome::unchanged || outcome->outcome == Outcome::settling));
      continue;
    }
    REQUIRE(forecast.outcome == Outcome::planned);
    REQUIRE(forecast.step);
    const auto goal = std::ranges::find(work.goals, forecast.entry, &Goal::entry);
    if (*forecast.step == Step::delete_hook) {
      CHECK((has_begun(doing, forecast.entry) || outcome->outcome != Outcome::unchanged));
    } else if (*forecast.step == Step::await_receiver || *forecast.step == Step::store_token) {
      CHECK(has_begun(doing, forecast.entry));
    }
    if (goal != work.goals.end() && goal->wanted) {
      const bool mints = *forecast.step == Step::store_token;
      CHECK(mints == (newest_token(world, *goal) != newest_token(before, *goal)));
    }
  }
}

// What `status` says of every entry that the config lists.
LiveState status_of(World& world, const Work& work) {
  Snapshot snapshot;
  Settings settings;
  settings.overlap = work.overlap;
  for (const Goal& goal : work.goals) {
    if (!goal.wanted) continue;
    snapshot.entries.push_back({goal.entry, goal.threshold, {}});
    settings.routes.push_back({goal.entry, *goal.route});
  }
  Calls calls(world);
  SimOutside ports(world, calls);
  return observe(snapshot, settings, ports.outside());
}

// What it calls right is right in the world, and what is not in the world it does not call right.
void expect_true(World& world, const Work& work) {
  const LiveState live = status_of(world, work);
  for (const EntryStatus& status : live.entries) {
    const auto goal = std::ranges::find(work.goals, status.entry, &Goal::entry);
    if (goal == work.goals.end() || !goal->wanted) continue;
    INFO(status.entry << ": " << to_string(status.condition) << ", " << status.note);
    const SimStore& store = world.stores.at(World::store_of(std::string(goal->route->url())));
    const auto list = store.tokens.find(status.entry);
    const bool has_token = list != store.tokens.end() && !list->second.empty();
    const auto hook = std::ranges::find_if(world.hooks, [&](const SimHook& other) {
      return other.entry == status.entry && other.url.starts_with(goal->route->url());
    });
    if (!status.is_drift()) {
      REQUIRE(has_token);
      const SimToken newest = *std::ranges::max_element(list->second, {}, &SimToken::created);
      CHECK(newest.created > goal->threshold);
      REQUIRE(hook != world.hooks.end());
      CHECK(hook->token == newest.value);
      CHECK(hook->events == goal->route->events);
    }
    if (status.condition == Condition::in_order) {
      // But for copies of its organization's, which go with their originals.
      const auto lender = store.tokens.find(std::string(organization_of(status.entry)));
      const auto is_own = [&](const SimToken& token) {
        return lender == store.tokens.end() || lender == list ||
               std::ranges::find(lender->second, token.value, &SimToken::value) ==
                   lender->second.end();
      };
      CHECK(std::ranges::count_if(list->second, is_own) == 1);
    }
    const auto is_known = [&](const auto& one) {
      return one.second.ledger.entries.contains(status.entry);
    };
    if (status.condition == Condition::settling) CHECK(std::ranges::any_of(world.stores, is_known));
    if (!has_token || hook == world.hooks.end()) CHECK(status.is_drift());
  }
}

}  // namespace

TEST_CASE("a dry run says what the run then does") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("HOOKPLAN_SEED=" << seed);
    const auto family = seed % 2 == 0 ? ReceiverFamily::many_tokens : ReceiverFamily::token_in_url;
    Scenario scenario = scenario_of(seed, family);
    World& world = scenario.world;
    compare(world, scenario.work);
    compare(world, scenario.work);
    compare(world, settling_of(scenario.work));
    world.tick(scenario.work.overlap.count() + 1);
    compare(world, settling_of(scenario.work));
  }
}

TEST_CASE("a dry run says how a run goes on that died anywhere") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
    std::mt19937_64 random(seed);
    Calls calls(scenario.world);
    const std::size_t moment = 1 + random() % 60;
    calls.plan[moment] = Fault::dead_after;
    try {
      run_on(scenario.world, scenario.work, calls);
    } catch (const Killed&) {
      scenario.world.tick(1000);
    }
    INFO("HOOKPLAN_SEED=" << seed << ", died at call " << moment);
    compare(scenario.world, scenario.work);
  }
}

TEST_CASE("status is true at every moment") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto family = seed % 2 == 0 ? ReceiverFamily::many_tokens : ReceiverFamily::token_in_url;
    for (std::size_t moment = 1; moment <= 60; moment += 1 + seed % 7) {
      Scenario scenario = scenario_of(seed, family);
      World& world = scenario.world;
      INFO("HOOKPLAN_SEED=" << seed << ", died at call " << moment);
      Calls calls(world);
      calls.order = seed;
      calls.plan[moment] = moment % 2 == 0 ? Fault::dead_before : Fault::dead_after;
      try {
        run_on(world, scenario.work, calls);
      } catch (const Killed&) {
      }
      expect_true(world, scenario.work);
      world.tick(1000);
      Calls again(world);
      run_on(world, scenario.work, again);
      expect_true(world, scenario.work);
    }
  }
}

}  // namespace hookplan::simulation
