// SPDX-License-Identifier: Apache-2.0
// The executor with the real GitHub plugin and its lanes, in a world where requests get lost,
// arrive late and are answered late, and where lists and logs lag. HOOKPLAN_SEEDS is how many
// histories are tried, HOOKPLAN_SEED one of them alone; HOOKPLAN_ROTATIONS is how many entries the
// test of limits rotates.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/apply/engine/run.h"
#include "core/config/entry_name.h"
#include "plugins/github/github_forge.h"
#include "plugins/http/paced_client.h"
#include "tests/simulation/github/sim_github.h"
#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

constexpr std::int64_t kOverlapSeconds = 600;

std::uint64_t github_number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A credential for each organization, as an App has it.
class LoginByOwner final : public GithubLogin {
 public:
  Result<GithubCaller> caller_for(std::string_view entry) override {
    const std::string owner(organization_of(entry));
    auto& lane = lanes_[owner];
    if (lane == nullptr) lane = github_lane(std::nullopt);
    return GithubCaller{Secret::copy_of(owner), lane};
  }
  std::string lane_of(std::string_view entry) const override {
    return std::string(organization_of(entry));
  }
  bool renews(const GithubCaller& /*refused*/) override { return false; }

 private:
  std::map<std::string, std::shared_ptr<const Lane>> lanes_ = {};
};

// A run that is dead comes to nothing but this: it changes nothing without having written it down.
class MortalJournal final : public Journal {
 public:
  MortalJournal(Journal& inner, const SimGithub& github) : inner_(inner), github_(github) {}
  Result<void> write(const StepEvent& event, Instant at) override {
    if (github_.is_dead()) throw Killed{};
    return inner_.write(event, at);
  }

 private:
  Journal& inner_;
  const SimGithub& github_;
};

// One process: what it knows ends with it.
class GithubRun {
 public:
  explicit GithubRun(GithubHost& host)
      : host_(host),
        calls_(host.world),
        sim_(host.world, calls_),
        github(host),
        paced_(github, [&host] { return Moment(std::chrono::seconds(host.world.now)); }),
        fibers_({[&host] { return std::chrono::seconds(host.world.now); },
                 [this](std::chrono::milliseconds time) { paced_.work(RequestId::any, time); },
                 {}}),
        forge_(GithubApi(paced_, {"https://api.github.com"}, std::make_shared<LoginByOwner>()),
               sim_.outside().clock),
        journal_(sim_.outside().journal, github),
        outside_{[this](const Route& route) { return systems_of(route); },
                 sim_.outside().clock,
                 fibers_,
                 journal_,
                 sim_.outside().observer,
                 {calls_.run, "a run"},
                 sim_.outside().is_gone} {
    github.lease_end = [&host] {
      const auto& lease = host.world.stores.at("prow").ledger.lease;
      return lease ? lease->until.seconds : host.world.now;
    };
  }

  // Nothing is left of it if it is killed.
  std::optional<ApplyReport> go(const Work& work, RunOptions how = options()) {
    try {
      return run(work, outside_, how);
    } catch (const Killed&) {
      host_.world.dead_runs.insert(calls_.run);
      return std::nullopt;
    }
  }

 private:
  Result<Systems> systems_of(const Route& route) {
    TRY(const Systems plain, sim_.outside().systems_of(route));
    return Systems{forge_, plain.store, plain.receiver, plain.traits};
  }

  GithubHost& host_;
  Calls calls_;
  SimOutside sim_;

 public:
  SimGithub github;

 private:
  PacedClient paced_;
  Fibers fibers_;
  GithubForge forge_;
  MortalJournal journal_;
  Outside outside_;
};

// --- histories

// Hooks that others made, and hooks of ours in whatever state somebody left them.
struct History {
  Sequence sequence = {};
  Work work = {};
  std::optional<GithubHost> host = {};

  explicit History(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    World& world = sequence.world;
    std::vector<Goal> goals;
    for (int i = 0; i < 4; ++i) {
      const std::string entry = fmt::format("o{}/r{}", i % 2, i);
      for (std::uint64_t other = random() % 4; other-- > 0;)
        world.hooks.push_back(
            {entry, fmt::format("https://else{}.example/hook", other), "theirs", true});
      if (random() % 4 == 0) {
        goals.push_back(want(entry, kAfter));
        continue;
      }
      sequence.has(entry, fmt::format("old{}", i), kBefore);
      if (random() % 3 == 0) world.hooks.back().events = {"push"};
      if (random() % 4 == 0) {
        world.hooks.push_back(hook(entry, fmt::format("old{}", i)));
        world.hooks.back().events = {"issues"};
      }
      goals.push_back(random() % 4 == 0 ? gone(entry) : want(entry, kAfter));
    }
    world.lag = static_cast<std::int64_t>(random() % 5);
    world.late = static_cast<std::int64_t>(random() % 20);
    sequence.begin();
    work = sequence.work(std::move(goals));
    host.emplace(world);
    host->list_lag = static_cast<std::int64_t>(random() % 3 * 2);
    host->log_lag = static_cast<std::int64_t>(random() % 3 * 2);
  }
};

// What must be there in the end. Empty if it is.
std::string shortcoming(const History& history, const History& first) {
  const World& world = history.sequence.world;
  const auto is_ours = [](const SimHook& hook) { return hook.url == route_to("prow").url(); };
  for (const Goal& goal : history.work.goals) {
    const auto number = [&](const World& of) {
      return std::ranges::count_if(
          of.hooks, [&](const SimHook& hook) { return hook.entry == goal.entry && is_ours(hook); });
    };
    if (!goal.wanted && number(world) != 0) return goal.entry + " has a hook";
    if (!goal.wanted) continue;
    if (number(world) != std::max<std::ptrdiff_t>(1, number(first.sequence.world)))
      return fmt::format("{} has {} hooks", goal.entry, number(world));
    const auto tokens = world.stores.at("prow").tokens.find(goal.entry);
    if (tokens == world.stores.at("prow").tokens.end() || tokens->second.size() != 1)
      return goal.entry + " does not have one token";
    for (const SimHook& hook : world.hooks) {
      if (hook.entry == goal.entry && is_ours(hook) && hook.token != tokens->second[0].value)
        return goal.entry + " has a hook that signs with another token";
    }
  }
  const auto theirs = [&](const World& of) {
    std::vector<SimHook> all;
    std::ranges::remove_copy_if(of.hooks, std::back_inserter(all), is_ours);
    return all;
  };
  if (theirs(world) != theirs(first.sequence.world)) return "hooks of others were touched";
  return {};
}

std::string wrong_in(const std::optional<ApplyReport>& report) {
  for (const EntryReport& entry : report->entries) {
    if (entry.error && entry.error->first().code != Code::overlap_open)
      return fmt::format("{}: {}", entry.entry, entry.error->first().message);
  }
  return report->errors.empty() ? std::string() : report->errors.front().first().message;
}

// Somebody sets a hook back to the token before, which is still valid.
void set_back_on_github(History& history) {
  const SimTokens& tokens = history.sequence.world.stores.at("prow").tokens;
  history.sequence.world.late = 0;  // nobody can see that it happened
  for (SimGithubHook& each : history.host->hooks) {
    const auto list = tokens.find(each.hook.entry);
    if (list == tokens.end() || list->second.size() < 2 || each.hook.token == "theirs") continue;
    each.hook.token = list->second.front().value;
  }
  history.host->changed();
}

struct HttpTrial {
  std::uint64_t seed = 0;
  std::map<std::size_t, HttpFault> faults = {};
  bool is_one_lost = false;  // nothing but one lost answer: then the run itself gets over it
  bool sets_back = false;
  std::int64_t read_seconds = 1;  // how long the faulty run waits for what it reads
};

std::string attempt(const HttpTrial& trial) {
  const History first(trial.seed);
  History history(trial.seed);
  World& world = history.sequence.world;
  {
    GithubRun faulty(*history.host);
    faulty.github.plan = trial.faults;
    faulty.github.read_seconds = trial.read_seconds;
    RunOptions how = options();
    // Where reading takes long it does so also while a hook is set: not all is looked at
    // beforehand.
    if (trial.read_seconds > 1) {
      how.parallel = 1;
      how.deadline = std::chrono::seconds{200};
    }
    const auto report = faulty.go(history.work, how);
    if (trial.is_one_lost && report) {
      if (const std::string wrong = wrong_in(report); !wrong.empty()) return "one lost: " + wrong;
    }
  }
  world.check("if nobody ever runs again");
  world.tick(60);
  world.run_delayed(true);
  if (const auto wrong = wrong_in(GithubRun(*history.host).go(history.work)); !wrong.empty())
    return "the next run: " + wrong;
  const Work settling = history.sequence.work({});
  for (int i = 0; i < 3; ++i) {
    world.tick(kOverlapSeconds + 1);
    if (i == 0 && trial.sets_back) set_back_on_github(history);
    if (const auto wrong = wrong_in(GithubRun(*history.host).go(settling)); !wrong.empty())
      return "settling: " + wrong;
  }
  world.tick(1000);
  world.check("in the end");
  if (!world.violations.empty()) return world.violations.front();
  return shortcoming(history, first);
}

void expect_right(const HttpTrial& trial, std::size_t& runs) {
  ++runs;
  const std::string wrong = attempt(trial);
  if (wrong.empty()) return;
  std::string faults;
  for (const auto& [request, fault] : trial.faults)
    faults += fmt::format(" request {} fault {}", request, static_cast<int>(fault));
  FAIL("HOOKPLAN_SEED=" << trial.seed << faults << (trial.sets_back ? ", set back" : "") << ": "
                        << wrong);
}

std::size_t requests_of(std::uint64_t seed) {
  History history(seed);
  GithubRun run(*history.host);
  run.go(history.work);
  return run.github.count();
}

constexpr HttpFault kHttpFaults[] = {
    HttpFault::refused,     HttpFault::lost,        HttpFault::late,       HttpFault::server,
    HttpFault::unavailable, HttpFault::dead_before, HttpFault::dead_after, HttpFault::slow};

std::vector<std::uint64_t> github_seeds(std::uint64_t otherwise) {
  if (const std::uint64_t one = github_number("HOOKPLAN_SEED", 0); one != 0) return {one};
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = 1; seed <= github_number("HOOKPLAN_SEEDS", otherwise); ++seed)
    all.push_back(seed);
  return all;
}

}  // namespace

TEST_CASE("GitHub: every fault at every request") {
  std::size_t runs = 0;
  for (const std::uint64_t seed : github_seeds(3)) {
    const std::size_t requests = requests_of(seed);
    for (std::size_t request = 1; request <= requests; ++request) {
      for (const HttpFault fault : kHttpFaults) {
        expect_right({seed, {{request, fault}}, fault == HttpFault::lost, request % 2 == 0}, runs);
      }
    }
  }
  std::cout << "simulation: " << runs << " runs\n";
}

TEST_CASE("GitHub: several faults at once") {
  std::size_t runs = 0;
  for (const std::uint64_t seed : github_seeds(150)) {
    std::mt19937_64 random(seed);
    HttpTrial trial{seed};
    const std::size_t requests = requests_of(seed);
    for (std::size_t i = 0; i < 1 + random() % 6; ++i)
      trial.faults[1 + random() % (requests + 1)] = kHttpFaults[random() % std::size(kHttpFaults)];
    trial.sets_back = random() % 2 == 0;
    if (random() % 3 == 0) trial.read_seconds = 16;
    expect_right(trial, runs);
  }
  std::cout << "simulation: " << runs << " runs\n";
}

// What GitHub allows each credential: 80 writes a minute, 500 an hour, a second apart.
TEST_CASE("GitHub: a large rotation keeps within the limits, stops at its deadline, and goes on") {
  constexpr std::size_t kOwners = 12;
  const std::size_t entries = github_number("HOOKPLAN_ROTATIONS", 240);
  Sequence sequence;
  World& world = sequence.world;
  std::vector<Goal> goals;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string entry = fmt::format("o{}/r{}", i % kOwners, i);
    sequence.has(entry, fmt::format("old{}", i), kBefore);
    goals.push_back(want(entry, kAfter));
  }
  sequence.begin();
  world.is_watched = entries < 1000;  // looking at all hooks at each request takes too long
  world.call_seconds = 0;             // only GitHub's limits count
  Work work = sequence.work(std::move(goals));
  work.overlap = std::chrono::hours{24};
  GithubHost host(world);
  const std::int64_t begun = world.now;
  constexpr std::int64_t kHour = 3600;
  std::map<std::string, Asked> asked;
  std::size_t processes = 0;
  std::size_t stopped = 0;
  std::size_t requests = 0;
  for (bool is_complete = false; !is_complete; ++processes) {
    REQUIRE(processes < 20);
    const std::int64_t begins = world.now;
    GithubRun process(host);
    process.github.asked = &asked;
    RunOptions how = options();
    // The first is stopped by its deadline, when it has done a part of what the limits allow.
    how.deadline = std::chrono::seconds{processes == 0 && entries < 1000 ? 35 : 1800};
    const auto report = process.go(work, how);
    REQUIRE(report.has_value());
    is_complete = report->is_complete();
    requests += process.github.count();
    CHECK(world.now - begins <= how.deadline.count() + kLongestCall.count() * 3);
    for (const EntryReport& entry : report->entries) {
      if (!entry.error) continue;
      INFO(entry.error->first().message);
      const Code code = entry.error->first().code;
      stopped += code == Code::not_started ? 1 : 0;
      CHECK((code == Code::not_started || code == Code::rate_limited));
    }
    // The next one begins when the report says: as soon as the first write is an hour old.
    std::int64_t oldest = world.now;
    for (const auto& [owner, by] : asked) oldest = std::min(oldest, by.writes.front());
    if (!is_complete && entries > 1000)
      world.tick(std::max<std::int64_t>(1, oldest + kHour - world.now));
  }
  host.publish();
  CHECK((stopped > 0 || entries > 1000));
  CHECK(world.violations == Violations());
  for (const auto& [owner, by] : asked) {
    INFO(owner);
    CHECK(by.least_gap >= 1);
    CHECK(by.max_writes_a_minute <= 80);
    CHECK(by.max_writes_an_hour <= 500);
    CHECK(by.max_points <= 900);
    CHECK(by.max_requests_an_hour <= 5000);
  }
  const SimTokens& tokens = world.stores.at("prow").tokens;
  for (const SimHook& hook : world.hooks) CHECK(hook.token == tokens.at(hook.entry).back().value);
  // Two writes an entry, the secret and the ping: 500 in an hour, and of these 80 in a minute.
  const auto writes = static_cast<std::int64_t>(2 * ((entries + kOwners - 1) / kOwners));
  const std::int64_t least = (writes - 1) / 500 * kHour + ((writes - 1) % 500 + 1) * 60 / 80;
  std::cout << fmt::format(
      "simulation: {} entries in {} s by {} runs; the quota allows {} s; {} requests\n", entries,
      world.now - begun, processes, least, requests);
  // Of each the list, the repository, the secret, and the proof: log, ping, log, delivery.
  constexpr double kNeeded = 7;
  CHECK(static_cast<double>(requests) <= 1.2 * kNeeded * static_cast<double>(entries));
  if (entries > 1000)
    CHECK(static_cast<double>(world.now - begun) <= 1.2 * static_cast<double>(least));
}

}  // namespace hookplan::simulation
