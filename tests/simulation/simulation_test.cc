// SPDX-License-Identifier: Apache-2.0
// Runs the executor in a world that goes wrong in every way at every call. HOOKPLAN_SEEDS is how
// many scenarios of each family are tried, HOOKPLAN_SEED one seed to try alone.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/apply/engine/run.h"
#include "tests/simulation/scenario.h"

namespace hookplan::simulation {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One run; nothing of it is left if it is killed.
std::optional<ApplyReport> run_once(
    World& world, const Work& work, Calls& calls,
    std::chrono::seconds lease_patience = std::chrono::seconds(1000)) {
  SimOutside ports(world, calls);
  try {
    return run(work, ports.outside(), options({}, lease_patience));
  } catch (const Killed&) {
    return std::nullopt;
  }
}

std::string clean_run(World& world, const Work& work) {
  Calls calls(world);
  const auto report = run_once(world, work, calls);
  for (const EntryReport& entry : report->entries) {
    // It is done by a run after the overlap.
    if (entry.error && entry.error->first().code == Code::overlap_open) continue;
    if (entry.error && world.denied.count(entry.entry) == 0)
      return fmt::format("{}: {}", entry.entry, entry.error->first().message);
  }
  for (const Error& error : report->errors) return error.first().message;
  return {};
}

struct Trial {
  std::uint64_t seed = 0;
  ReceiverFamily family = ReceiverFamily::many_tokens;
  std::map<std::size_t, Fault> faults = {};
  std::size_t second_dies_at = 0;  // of the run that slips in; 0: it does not
  bool loses_ledger = false;
  bool meddles = false;     // during the overlap hooks are set back, and cannot be set for a while
  bool newer_plan = false;  // the next run is of another plan, which knows nothing of the first
  bool is_overtaken = false;          // the run that slips in is of a newer plan, and settles
  std::set<std::size_t> stalls = {};  // entries of the journal at which the first run stands still
  std::uint64_t order = 0;            // of entries that could go on; see Calls
};

std::string in_words(const Trial& trial) {
  std::string text = fmt::format("HOOKPLAN_SEED={} family {}{}", trial.seed,
                                 trial.family == ReceiverFamily::many_tokens ? "B" : "A",
                                 trial.loses_ledger ? ", ledger lost" : "");
  if (trial.meddles) text += ", hooks set back";
  if (trial.is_overtaken) text += ", overtaken";
  if (trial.newer_plan) text += ", then a newer plan";
  for (const auto& [call, fault] : trial.faults)
    text += fmt::format(", call {} {}", call, to_string(fault));
  for (const std::size_t entry : trial.stalls)
    text += fmt::format(", stands still at journal entry {}", entry);
  if (trial.second_dies_at != 0) text += fmt::format(", second dies at {}", trial.second_dies_at);
  if (trial.order != 0) text += fmt::format(", order {}", trial.order);
  return text;
}

// A newer plan, which rotates whatever the first one wanted. Where hooks led before the first one
// it does not say: the ledger must, from the first write on.
Work newer_plan(const World& world, const Work& first) {
  Work newer = first;
  newer.plan->digest = "sha256:newer";
  newer.plan->created = {first.plan->created.seconds + 30, 0};
  for (Goal& goal : newer.goals) {
    goal.plan = newer.plan->digest;
    if (!goal.wanted) continue;
    goal.kinds = "rotate";
    goal.threshold = std::max(goal.threshold, Instant{world.now, 0});
    const SimStore& store = world.stores.at(World::store_of(std::string(goal.route->url())));
    if (store.ledger.entries.count(goal.entry) != 0) goal.previous_routes.clear();
  }
  return newer;
}

// Somebody, or a write that was under way for long, sets hooks back to tokens that are still valid.
void set_back(World& world, const Work& work) {
  if (world.family == ReceiverFamily::token_in_url) return;
  // Nobody can see that it happened, so what was sent just before the next run may come too late.
  world.late = 0;
  for (SimHook& hook : world.hooks) {
    const auto goal = std::ranges::find(work.goals, hook.entry, &Goal::entry);
    const SimTokens& tokens = world.stores.at(World::store_of(hook.url)).tokens;
    const auto list = tokens.find(hook.entry);
    if (goal == work.goals.end() || !goal->wanted || list == tokens.end()) continue;
    const std::string before = std::exchange(hook.token, list->second.front().value);
    World now = world;
    now.check("set back");
    if (now.violations.size() > world.violations.size()) hook.token = before;
  }
}

// What both ask for.
void expect_both(Work& work, const Work& newer) {
  for (std::size_t i = 0; i < work.goals.size(); ++i) {
    work.goals[i].kinds = newer.goals[i].kinds;
    work.goals[i].threshold = newer.goals[i].threshold;
  }
}

// A newer plan comes, is applied, and settles, all while the other run stands still.
void overtake(World& world, const Work& newer, std::chrono::seconds lease_patience) {
  Calls calls(world);
  run_once(world, newer, calls, lease_patience);
  if (lease_patience.count() == 0) return;
  for (int i = 0; i < 2; ++i) {
    world.tick(newer.overlap.count() + 1);
    Calls settling(world);
    run_once(world, settling_of(newer), settling);
  }
}

// The scenario with the trial's faults, then a run without any, then one after the overlap. What
// is wrong at the end or was wrong at any moment; empty if nothing.
std::string attempt(const Trial& trial) {
  Scenario scenario = scenario_of(trial.seed, trial.family);
  World& world = scenario.world;
  std::optional<Work> overtaking;
  world.check("at first");
  {
    Calls calls(world);
    calls.plan = trial.faults;
    calls.stalls = trial.stalls;
    calls.order = trial.order;
    calls.second_run = [&](std::chrono::seconds lease_patience) {
      if (trial.is_overtaken) {
        if (!overtaking) overtaking = newer_plan(world, scenario.work);
        overtake(world, *overtaking, lease_patience);
        return;
      }
      Calls inner(world);
      if (trial.second_dies_at != 0) inner.plan[trial.second_dies_at] = Fault::dead_after;
      run_once(world, scenario.work, inner, lease_patience);
    };
    run_once(world, scenario.work, calls);
  }
  world.check("if nobody ever runs again");
  if (trial.loses_ledger) {
    for (auto& [name, store] : world.stores) {
      store.ledger = {};
      ++store.version;
    }
  }
  Work next = scenario.work;
  if (overtaking) next = *overtaking;
  if (trial.newer_plan && !overtaking) next = newer_plan(world, scenario.work);
  if (trial.newer_plan || overtaking) expect_both(scenario.work, next);
  // A write of the run that died may come between; then the next run says so, and one more ends it.
  const bool is_under_way = !world.delayed.empty();
  auto wrong_next = clean_run(world, next);
  if (!wrong_next.empty() && is_under_way) wrong_next = clean_run(world, next);
  if (!wrong_next.empty()) return "the next run: " + wrong_next;
  world.run_delayed(true);
  world.check("after the next run");
  world.tick(scenario.work.overlap.count() + 1);
  if (trial.newer_plan || overtaking) {
    if (auto wrong = clean_run(world, next); !wrong.empty()) return "after the overlap: " + wrong;
    world.check("after the overlap");
    world.tick(scenario.work.overlap.count() + 1);
  }
  const Work settling = settling_of(scenario.work);
  if (trial.meddles) {
    set_back(world, scenario.work);
    std::set<std::string> denied = std::exchange(world.denied, {});
    for (const Goal& goal : scenario.work.goals) world.denied.insert(goal.entry);
    clean_run(world, settling);
    world.check("after settling in vain");
    world.denied = std::move(denied);
    // What was set back is set right, and its overlap begins again.
    if (auto wrong = clean_run(world, settling); !wrong.empty()) return "setting right: " + wrong;
    world.check("after setting right");
    world.tick(scenario.work.overlap.count() + 1);
  }
  if (auto wrong = clean_run(world, settling); !wrong.empty()) return "settling: " + wrong;
  world.tick(1000);
  world.check("in the end");
  if (!world.violations.empty()) return world.violations.front();
  return shortcoming(scenario, world);
}

struct Length {
  std::size_t calls = 0;
  std::size_t journal = 0;
};

Length length_of(std::uint64_t seed, ReceiverFamily family, std::uint64_t order = 0) {
  Scenario scenario = scenario_of(seed, family);
  Calls calls(scenario.world);
  calls.order = order;
  run_once(scenario.world, scenario.work, calls);
  return {calls.count(), calls.journals()};
}

// The hook signs with the newest token, or is gone.
bool is_reached(const Goal& goal, const World& world) {
  const auto hook = std::ranges::find(world.hooks, goal.entry, &SimHook::entry);
  if (!goal.wanted || hook == world.hooks.end()) return !goal.wanted && hook == world.hooks.end();
  const auto& tokens = world.stores.at(World::store_of(std::string(goal.route->url()))).tokens;
  const auto list = tokens.find(goal.entry);
  return list != tokens.end() &&
         std::ranges::max_element(list->second, {}, &SimToken::created)->value == hook->token;
}

void expect_right(const Trial& trial, std::size_t& runs) {
  ++runs;
  const std::string wrong = attempt(trial);
  if (!wrong.empty()) FAIL(in_words(trial) << ": " << wrong);
}

std::vector<std::uint64_t> seeds(std::uint64_t otherwise) {
  if (const std::uint64_t one = number_from("HOOKPLAN_SEED", 0); one != 0) return {one};
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = 1; seed <= number_from("HOOKPLAN_SEEDS", otherwise); ++seed)
    all.push_back(seed);
  return all;
}

void every_fault_at_every_call(ReceiverFamily family) {
  std::size_t runs = 0;
  for (const std::uint64_t seed : seeds(6)) {
    expect_right({seed, family}, runs);
    const auto [calls, journal] = length_of(seed, family);
    for (std::size_t entry = 1; entry <= journal; ++entry) {
      Trial trial{seed, family};
      trial.stalls = {entry};
      expect_right(trial, runs);
      trial.is_overtaken = true;
      expect_right(trial, runs);
      trial.is_overtaken = false;
      trial.second_dies_at = entry % 7 + 1;
      expect_right(trial, runs);
    }
    for (std::size_t call = 1; call <= calls; ++call) {
      for (const Fault fault : kFaults) {
        for (const bool loses_ledger : {false, true})
          expect_right({seed, family, {{call, fault}}, 0, loses_ledger}, runs);
        expect_right({seed, family, {{call, fault}}, 0, false, false, true}, runs);
      }
      expect_right({seed, family, {{call, Fault::second_run}}, call % 7 + 1, false}, runs);
      for (const Fault fault : {Fault::stalled, Fault::heard_late}) {
        Trial trial{seed, family, {{call, fault}}};
        trial.is_overtaken = true;
        expect_right(trial, runs);
      }
    }
  }
  std::cout << "simulation: " << runs << " runs\n";
}

}  // namespace

TEST_CASE("every fault at every call, several tokens at one URL") {
  every_fault_at_every_call(ReceiverFamily::many_tokens);
}

TEST_CASE("every fault at every call, the token in the URL") {
  every_fault_at_every_call(ReceiverFamily::token_in_url);
}

TEST_CASE("several faults at once") {
  std::size_t runs = 0;
  for (const std::uint64_t seed : seeds(400)) {
    std::mt19937_64 random(seed);
    Trial trial;
    trial.seed = seed;
    trial.family = random() % 2 == 0 ? ReceiverFamily::many_tokens : ReceiverFamily::token_in_url;
    if (random() % 4 != 0) trial.order = random();
    const auto [calls, journal] = length_of(seed, trial.family, trial.order);
    for (std::size_t i = 0; i < random() % 3; ++i)
      trial.stalls.insert(1 + random() % (journal + 1));
    for (std::size_t i = 0; i < 1 + random() % 5; ++i)
      trial.faults[1 + random() % (calls + 1)] = kFaults[random() % std::size(kFaults)];
    if (random() % 2 == 0) trial.second_dies_at = 1 + random() % (calls + 1);
    trial.loses_ledger = random() % 3 == 0;
    trial.newer_plan = !trial.loses_ledger && random() % 3 == 0;
    trial.meddles = random() % 3 == 0;
    trial.is_overtaken = !trial.loses_ledger && random() % 2 == 0;
    expect_right(trial, runs);
  }
  std::cout << "simulation: " << runs << " runs\n";
}

// Two to four runs at once, each of which goes on whenever chance wants it: of one plan, of a newer
// one, or without any. Some are killed. Nothing is promised of what each says; of the world, all.
TEST_CASE("runs side by side") {
  std::size_t runs = 0;
  for (const std::uint64_t seed : seeds(400)) {
    std::mt19937_64 random(seed);
    const auto family =
        random() % 2 == 0 ? ReceiverFamily::many_tokens : ReceiverFamily::token_in_url;
    Scenario scenario = scenario_of(seed, family);
    World& world = scenario.world;
    Work newer = newer_plan(world, scenario.work);
    const std::vector<Work> works = {scenario.work, newer, settling_of(scenario.work)};
    Fibers machines({[&] { return std::chrono::seconds(world.now); },
                     [&](std::chrono::milliseconds time) {
                       world.tick(std::max<std::int64_t>(1, time.count() / 1000));
                     },
                     [&](std::size_t count) { return random() % count; }});
    std::vector<std::function<void()>> bodies;
    const std::size_t count = 2 + random() % 3;
    for (std::size_t i = 0; i < count; ++i) {
      const Work& work = works[i < 2 ? i : random() % works.size()];
      bodies.emplace_back([&] {
        Calls calls(world);
        calls.order = random() | 1U;
        if (random() % 2 == 0) calls.plan[1 + random() % 60] = kFaults[random() % 9];
        // A call that is under way arrives in its time, or never.
        calls.second_run = [&](std::chrono::seconds patience) {
          const bool is_in_call = patience.count() == 0;
          calls.stands_still(std::chrono::seconds(random() % (is_in_call ? 20 : 400)));
        };
        run_once(world, work, calls, std::chrono::seconds(random() % 2 * 1000));
      });
    }
    machines.run(bodies);
    ++runs;
    INFO("HOOKPLAN_SEED=" << seed << ", " << count << " runs");
    CHECK(world.violations == std::vector<std::string>());
    expect_both(scenario.work, newer);
    std::string wrong;
    for (int i = 0; i < 3; ++i) {
      world.run_delayed(true);
      wrong = clean_run(world, i == 0 ? newer : settling_of(newer));
      world.tick(scenario.work.overlap.count() + 1000);
    }
    if (wrong.empty()) wrong = clean_run(world, settling_of(newer));
    CHECK(wrong == std::string());
    CHECK(world.violations == std::vector<std::string>());
    CHECK(shortcoming(scenario, world) == std::string());
  }
  std::cout << "simulation: " << runs << " runs\n";
}

TEST_CASE("one entry that is refused for good blocks no other") {
  for (const std::uint64_t seed : seeds(200)) {
    for (const Goal& refused : scenario_of(seed, ReceiverFamily::many_tokens).work.goals) {
      Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
      World& world = scenario.world;
      world.denied.insert(refused.entry);
      world.foresees = seed % 2 == 0;
      Calls calls(world);
      const auto report = run_once(world, scenario.work, calls);
      for (const EntryReport& entry : report->entries) {
        INFO("HOOKPLAN_SEED=" << seed << " refused " << refused.entry << ", " << entry.entry);
        const bool related =
            entry.entry == refused.entry || entry.entry.substr(0, 4) == refused.entry.substr(0, 4);
        if (!related) CHECK_FALSE(entry.error);
      }
      INFO("HOOKPLAN_SEED=" << seed << " refused " << refused.entry);
      CHECK(world.violations == std::vector<std::string>());
      for (const Goal& goal : scenario.work.goals) {
        if (goal.entry.substr(0, 4) == refused.entry.substr(0, 4)) continue;
        INFO(goal.entry);
        CHECK(is_reached(goal, world));
      }
    }
  }
}

// Whether the forge says so beforehand or when its hook is asked for; and when it refuses no longer
// the same plan ends as it would have ended at once.
TEST_CASE("what is refused for a while is neither forgotten nor in the way") {
  for (const std::uint64_t seed : seeds(120)) {
    for (const Goal& refused : scenario_of(seed, ReceiverFamily::many_tokens).work.goals) {
      Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
      World& world = scenario.world;
      world.denied.insert(refused.entry);
      world.foresees = seed % 4 != 0;
      Calls calls(world);
      run_once(world, scenario.work, calls);
      for (int i = 0; i < 2; ++i) {
        world.tick(scenario.work.overlap.count() + 1000);
        Calls settling(world);
        run_once(world, settling_of(scenario.work), settling);
      }
      INFO("HOOKPLAN_SEED=" << seed << " refused " << refused.entry);
      CHECK(world.violations == std::vector<std::string>());
      world.denied.clear();
      CHECK(clean_run(world, scenario.work) == std::string());
      for (int i = 0; i < 2; ++i) {
        world.tick(scenario.work.overlap.count() + 1000);
        CHECK(clean_run(world, settling_of(scenario.work)) == std::string());
      }
      CHECK(world.violations == std::vector<std::string>());
      CHECK(shortcoming(scenario, world) == std::string());
    }
  }
}

TEST_CASE("applying a plan again writes nothing") {
  for (const std::uint64_t seed : seeds(200)) {
    INFO("HOOKPLAN_SEED=" << seed);
    Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
    Calls first(scenario.world);
    run_once(scenario.world, scenario.work, first);
    const auto hooks = scenario.world.hooks;
    const auto tokens = scenario.world.stores["prow"].tokens;
    Calls second(scenario.world);
    const auto report = run_once(scenario.world, scenario.work, second);
    CHECK(report->already_applied);
    CHECK(report->writes == 0);
    CHECK(scenario.world.hooks == hooks);
    CHECK(scenario.world.stores["prow"].tokens == tokens);
  }
}

}  // namespace hookplan::simulation
