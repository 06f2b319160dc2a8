// SPDX-License-Identifier: Apache-2.0
// Runs the executor in a world that goes wrong in every way at every call. HOOKPLAN_SEEDS is how
// many scenarios of each family are tried, HOOKPLAN_SEED one seed to try alone.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/apply/run.h"
#include "tests/simulation/scenario.h"

namespace hookplan::simulation {
namespace {

constexpr RunOptions kOptions{std::chrono::seconds(60), {}, false};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One run; nothing of it is left if it is killed.
std::optional<ApplyReport> run_once(World& world, const Work& work, bool holds_count,
                                    Calls& calls) {
  SimOutside ports(world, calls, holds_count);
  try {
    return run(work, ports.outside(), kOptions);
  } catch (const Killed&) {
    return std::nullopt;
  }
}

std::string clean_run(World& world, const Work& work, bool holds_count) {
  Calls calls(world);
  const auto report = run_once(world, work, holds_count, calls);
  for (const EntryReport& entry : report->entries) {
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
};

std::string in_words(const Trial& trial) {
  std::string text = fmt::format("HOOKPLAN_SEED={} family {}{}", trial.seed,
                                 trial.family == ReceiverFamily::many_tokens ? "B" : "A",
                                 trial.loses_ledger ? ", ledger lost" : "");
  for (const auto& [call, fault] : trial.faults)
    text += fmt::format(", call {} {}", call, to_string(fault));
  if (trial.second_dies_at != 0) text += fmt::format(", second dies at {}", trial.second_dies_at);
  return text;
}

// The scenario with the trial's faults, then a run without any, then one after the overlap. What
// is wrong at the end or was wrong at any moment; empty if nothing.
std::string attempt(const Trial& trial) {
  Scenario scenario = scenario_of(trial.seed, trial.family);
  World& world = scenario.world;
  world.check("at first");
  {
    Calls calls(world);
    calls.plan = trial.faults;
    calls.second_run = [&] {
      Calls inner(world);
      if (trial.second_dies_at != 0) inner.plan[trial.second_dies_at] = Fault::dead_after;
      run_once(world, scenario.work, scenario.holds_count, inner);
    };
    run_once(world, scenario.work, scenario.holds_count, calls);
  }
  world.check("if nobody ever runs again");
  if (trial.loses_ledger) {
    for (auto& [name, store] : world.stores) {
      store.ledger = {};
      ++store.version;
    }
  }
  if (auto wrong = clean_run(world, scenario.work, scenario.holds_count); !wrong.empty())
    return "the next run: " + wrong;
  world.run_delayed(true);
  world.check("after the next run");
  world.tick(scenario.work.overlap.count() + 1);
  Work settling = scenario.work;
  settling.goals.clear();
  settling.plan.reset();
  settling.retires_global = false;
  if (auto wrong = clean_run(world, settling, scenario.holds_count); !wrong.empty())
    return "settling: " + wrong;
  world.tick(1000);
  world.check("in the end");
  if (!world.violations.empty()) return world.violations.front();
  return shortcoming(scenario, world);
}

std::size_t calls_of(std::uint64_t seed, ReceiverFamily family) {
  Scenario scenario = scenario_of(seed, family);
  Calls calls(scenario.world);
  run_once(scenario.world, scenario.work, scenario.holds_count, calls);
  return calls.count();
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
    const std::size_t calls = calls_of(seed, family);
    for (std::size_t call = 1; call <= calls; ++call) {
      for (const Fault fault : kFaults) {
        for (const bool loses_ledger : {false, true})
          expect_right({seed, family, {{call, fault}}, 0, loses_ledger}, runs);
      }
      expect_right({seed, family, {{call, Fault::second_run}}, call % 7 + 1, false}, runs);
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
    const std::size_t calls = calls_of(seed, trial.family);
    for (std::size_t i = 0; i < 1 + random() % 5; ++i)
      trial.faults[1 + random() % (calls + 1)] = kFaults[random() % std::size(kFaults)];
    if (random() % 2 == 0) trial.second_dies_at = 1 + random() % (calls + 1);
    trial.loses_ledger = random() % 3 == 0;
    expect_right(trial, runs);
  }
  std::cout << "simulation: " << runs << " runs\n";
}

TEST_CASE("one entry that is refused for good blocks no other") {
  for (const std::uint64_t seed : seeds(200)) {
    for (const Goal& refused : scenario_of(seed, ReceiverFamily::many_tokens).work.goals) {
      Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
      World& world = scenario.world;
      world.denied.insert(refused.entry);
      Calls calls(world);
      const auto report = run_once(world, scenario.work, scenario.holds_count, calls);
      for (const EntryReport& entry : report->entries) {
        INFO("HOOKPLAN_SEED=" << seed << " refused " << refused.entry << ", " << entry.entry);
        const bool related =
            entry.entry == refused.entry || entry.entry.substr(0, 4) == refused.entry.substr(0, 4);
        if (!related) CHECK_FALSE(entry.error);
      }
      INFO("HOOKPLAN_SEED=" << seed << " refused " << refused.entry);
      CHECK(world.violations == std::vector<std::string>());
    }
  }
}

TEST_CASE("applying a plan again writes nothing") {
  for (const std::uint64_t seed : seeds(200)) {
    INFO("HOOKPLAN_SEED=" << seed);
    Scenario scenario = scenario_of(seed, ReceiverFamily::many_tokens);
    Calls first(scenario.world);
    run_once(scenario.world, scenario.work, true, first);
    const auto hooks = scenario.world.hooks;
    const auto tokens = scenario.world.stores["prow"].tokens;
    Calls second(scenario.world);
    const auto report = run_once(scenario.world, scenario.work, true, second);
    CHECK(report->already_applied);
    CHECK(report->writes == 0);
    CHECK(scenario.world.hooks == hooks);
    CHECK(scenario.world.stores["prow"].tokens == tokens);
  }
}

}  // namespace hookplan::simulation
