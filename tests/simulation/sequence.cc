// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sequence.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace hookplan::simulation {

constexpr std::chrono::seconds kSequenceOverlap{600};

Sequence::Sequence() {
  world.stores["prow"];
  world.stores["other"];
}

void Sequence::has(const std::string& entry, const std::string& token, Instant created,
                   const Route& route) {
  world.stores[World::store_of(std::string(route.url()))].tokens[entry] = {{token, created}};
  world.hooks.push_back(hook(entry, token, route));
}

void Sequence::begin() {
  for (auto& [name, store] : world.stores) store.history.emplace_back(0, store.tokens);
  world.excuse_what_is_broken();
}

Work Sequence::work(std::vector<Goal> goals) {
  Work work;
  work.routes = {route_to("prow"), route_to("other")};
  work.overlap = kSequenceOverlap;
  for (const Goal& goal : goals) {
    if (goal.wanted) listed.insert_or_assign(goal.entry, *goal.route);
    if (!goal.wanted) listed.erase(goal.entry);
  }
  for (const auto& [entry, route] : listed) work.listed.push_back({entry, route});
  if (goals.empty()) return work;
  const std::string digest = fmt::format("plan{}", ++plans_);
  for (Goal& goal : goals) goal.plan = digest;
  work.goals = std::move(goals);
  work.plan = LedgerPlan{digest, {world.now, 0}, {}, {}, {}, false};
  return work;
}

ApplyReport Sequence::go(const Work& work, const std::string& only,
                         std::map<std::size_t, Fault> faults) {
  Calls calls(world);
  calls.plan = std::move(faults);
  SimOutside ports(world, calls);
  try {
    return run(work, ports.outside(), options(only));
  } catch (const Killed&) {
    return {};
  }
}

void Sequence::die(Fault fault, const std::string& call, const Work& work) {
  constexpr std::size_t kMaxCalls = 100;
  for (std::size_t number = 1; number < kMaxCalls; ++number) {
    Sequence probe = *this;
    Calls calls(probe.world);
    calls.plan[number] = Fault::dead_before;
    SimOutside ports(probe.world, calls);
    try {
      run(work, ports.outside(), options());
    } catch (const Killed&) {
      if (!calls.last().starts_with(call)) continue;
      go(work, {}, {{number, fault}});
      return;
    }
  }
  throw std::logic_error("the run makes no such call");
}

bool Sequence::go_overtaken(const Work& work, const Work& other, std::size_t number) {
  Calls calls(world);
  calls.plan[number] = Fault::stalled;
  bool slipped_in = false;
  calls.second_run = [&](std::chrono::seconds lease_patience) {
    slipped_in = true;
    Calls inner(world);
    SimOutside ports(world, inner);
    run(other, ports.outside(), options({}, lease_patience));
  };
  SimOutside ports(world, calls);
  run(work, ports.outside(), options());
  return slipped_in;
}

void Sequence::settle_later() {
  for (int i = 0; i < 2; ++i) {
    world.tick(kSequenceOverlap.count() + 100);
    go(work({}));
  }
  world.check("in the end");
}

bool Sequence::has_hook_at(const Route& route) const {
  return std::ranges::any_of(world.hooks,
                             [&](const SimHook& hook) { return hook.url == route.url(); });
}

std::string Sequence::state() const {
  std::string text;
  for (const auto& [name, store] : world.stores) {
    text += name + ": " + in_words(store.tokens) + " ledger:";
    for (const auto& [entry, record] : store.ledger.entries) text += " " + entry;
    for (const auto& [entry, copies] : store.ledger.copies) text += " copies of " + entry;
    text += "\n";
  }
  for (const SimHook& hook : world.hooks)
    text += fmt::format("hook {} {} {}\n", hook.entry, hook.url, hook.token);
  return text;
}

Goal want(const std::string& entry, Instant threshold, const Route& route) {
  Goal goal;
  goal.entry = entry;
  goal.kinds = "x";
  goal.threshold = threshold;
  goal.route = route;
  return goal;
}

Goal gone(const std::string& entry, const Route& route) {
  Goal goal = want(entry, kZeroInstant, route);
  goal.wanted = false;
  return goal;
}

Goal rerouted(const std::string& entry, const Route& from, const Route& to, Instant threshold) {
  Goal goal = want(entry, threshold, to);
  goal.previous_routes = {from};
  return goal;
}

SimHook hook(const std::string& entry, const std::string& token, const Route& route) {
  return {entry, std::string(route.url()), token, false};
}

}  // namespace hookplan::simulation
