// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/play.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "plugins/prow/token_document.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/tokens.h"

namespace hookplan::scenarios {

using simulation::Calls;
using simulation::Fault;
using simulation::Killed;
using simulation::route_to;
using simulation::SimHook;
using simulation::SimOutside;
using simulation::SimToken;
using simulation::World;

namespace {

const RunOptions kOptions = simulation::options();

// How many calls a run makes until it makes this one; 0: it makes none of that name.
std::size_t number_of_call(const World& world, const Work& work, std::string_view call) {
  for (std::size_t number = 1;; ++number) {
    World copy = world;
    Calls calls(copy);
    calls.plan[number] = Fault::dead_before;
    try {
      const SimOutside ports(copy, calls);
      static_cast<void>(hookplan::run(work, ports.outside(), kOptions));
      return 0;
    } catch (const Killed&) {
      if (calls.last() == call) return number;
    }
  }
}

}  // namespace

Instant at(std::string_view text) {
  const auto instant = instant_from_rfc3339(text);
  if (!instant) throw std::invalid_argument(std::string(text));
  return *instant;
}

Play::Play() {
  world.now = kStart;
  world.stores["prow"];
  work.routes = {route_to("prow")};
  work.overlap = std::chrono::seconds(kOverlap);
}

Play& Play::token(const std::string& entry, const std::string& value, std::string_view created) {
  world.stores["prow"].tokens[entry].push_back({value, at(created)});
  return *this;
}

Play& Play::hook(const std::string& entry, const std::string& token, std::string_view url) {
  world.hooks.push_back({entry, std::string(url), token, false});
  world.repositories.insert(entry);
  return *this;
}

Play& Play::begin() {
  simulation::SimStore& store = world.stores["prow"];
  store.history.emplace_back(0, store.tokens);
  world.excuse_what_is_broken();
  world.check("at first");
  return *this;
}

Play& Play::onboard(const std::string& entry, std::string_view threshold) {
  Change& change = changes.emplace_back();
  change.entry = entry;
  change.after = EntryState{at(threshold), route_to("prow")};
  world.repositories.insert(entry);
  return *this;
}

Play& Play::rotate(const std::string& entry, std::string_view threshold) {
  onboard(entry, threshold);
  changes.back().kind = ChangeKind::rotate;
  changes.back().before = EntryState{kZeroInstant, route_to("prow")};
  return *this;
}

Play& Play::remove(const std::string& entry) {
  Change& change = changes.emplace_back();
  change.kind = ChangeKind::remove;
  change.entry = entry;
  change.before = EntryState{kZeroInstant, route_to("prow")};
  return *this;
}

Play& Play::reroute(const std::string& entry, const Route& from, const Route& to) {
  Change& change = changes.emplace_back();
  change.kind = ChangeKind::reroute;
  change.entry = entry;
  change.before = EntryState{kZeroInstant, from};
  change.after = EntryState{kZeroInstant, to};
  return *this;
}

Play& Play::plan(const std::string& digest, std::int64_t made) {
  std::ranges::sort(changes, {}, &Change::entry);
  work.plan = LedgerPlan{digest, {kStart + made, 0}, {}, "commit", digest, false};
  work.base_config = digest;
  work.goals = goals_of(changes, digest);
  changes.clear();
  return *this;
}

ApplyReport Play::run() {
  Calls calls(world);
  const SimOutside ports(world, calls);
  RunOptions options = kOptions;
  options.is_emergency = is_emergency;
  return hookplan::run(work, ports.outside(), options);
}

std::optional<ApplyReport> Play::run_with(
    std::string_view call, Fault fault,
    const std::function<void(std::chrono::seconds)>& second_run) {
  const std::size_t number = number_of_call(world, work, call);
  if (number == 0) throw std::invalid_argument(fmt::format("no call {}", call));
  Calls calls(world);
  calls.plan[number] = fault;
  if (second_run) calls.second_run = second_run;
  const SimOutside ports(world, calls);
  try {
    return hookplan::run(work, ports.outside(), kOptions);
  } catch (const Killed&) {
    return std::nullopt;
  }
}

ApplyReport Play::settle() {
  world.tick(kOverlap + 1);
  const Work before = work;
  work.goals.clear();
  work.plan.reset();
  work.retires_global = false;
  ApplyReport report = run();
  work = before;
  world.check("after settling");
  return report;
}

std::size_t Play::calls() const {
  World copy = world;
  Calls calls(copy);
  const SimOutside ports(copy, calls);
  static_cast<void>(hookplan::run(work, ports.outside(), kOptions));
  return calls.count();
}

bool Play::signs_with(const std::string& entry, std::string_view token) const {
  return hooks_of(entry) > 0 && std::ranges::all_of(world.hooks, [&](const SimHook& hook) {
           return hook.entry != entry || hook.token == token;
         });
}

std::size_t Play::hooks_of(const std::string& entry) const {
  return static_cast<std::size_t>(std::ranges::count(world.hooks, entry, &SimHook::entry));
}

std::vector<SimToken> Play::tokens(const std::string& entry) const {
  const auto& all = world.stores.at("prow").tokens;
  const auto list = all.find(entry);
  return list == all.end() ? std::vector<SimToken>{} : list->second;
}

Texts Play::values(const std::string& entry) const {
  Texts values;
  for (const SimToken& token : tokens(entry)) values.push_back(token.value);
  return values;
}

std::string document_of(const simulation::SimTokens& tokens) {
  TokenMap map;
  for (const auto& [entry, list] : tokens) {
    TokenList& into = map[entry];
    for (const SimToken& token : list)
      into.push_back({Secret::copy_of(token.value), token.created, {}});
  }
  const Result<Secret> document = ProwTokenFormat().write(map);
  REQUIRE(document.has_value());
  // A minted token stands in the line after its date.
  std::string shown;
  std::istringstream lines(fixtures::text_of(*document));
  std::string date;
  for (std::string line; std::getline(lines, line);) {
    const bool is_minted = line.starts_with("  value: minted");
    if (!date.empty()) shown += is_minted ? "- created_at: \"<NOW>\"\n" : date + "\n";
    date.clear();
    if (line.starts_with("- created_at: ")) {
      date = line;
    } else {
      shown += is_minted ? "  value: <HEX40>\n" : line + "\n";
    }
  }
  return shown;
}

std::optional<std::string> trace_of_prow(std::string_view title) {
  const std::string path = std::string(HOOKPLAN_SHARED) + "/golden/prow/scenarios.txt";
  if (!std::filesystem::exists(path)) {
    UNSCOPED_INFO("not compared: " << path << " is absent");
    return std::nullopt;
  }
  const std::string all = fixtures::content_of(path);
  const std::string heading = fmt::format("### {}\n", title);
  const std::size_t begin = all.find(heading);
  if (begin == std::string::npos) throw std::invalid_argument("no trace " + std::string(title));
  const std::size_t end = all.find("\n\n", begin);
  return all.substr(begin + heading.size(), end + 1 - begin - heading.size());
}

std::string outcome_of(const ApplyReport& report, std::string_view entry) {
  const auto found = std::ranges::find(report.entries, entry, &EntryReport::entry);
  if (found == report.entries.end()) return "not there";
  if (found->error) {
    return fmt::format("{}: {}", to_string(found->outcome), found->error->first().message);
  }
  return std::string(to_string(found->outcome));
}

}  // namespace hookplan::scenarios
