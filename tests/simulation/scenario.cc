// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/scenario.h"

#include <algorithm>
#include <random>
#include <set>

#include <fmt/format.h>

#include "core/apply/engine/token_age.h"
#include "core/config/entry_name.h"

namespace hookplan::simulation {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kOverlap = 600;

class Maker {
 public:
  Maker(std::uint64_t seed, ReceiverFamily family) : random_(seed) {
    scenario_.world.family = family;
    World& world = scenario_.world;
    world.lag = pick(3) == 0 ? pick(20) : 0;
    // Without an overlap a delivery that is late is lost.
    const bool overlaps = pick(4) != 0;
    scenario_.work.overlap = std::chrono::seconds(overlaps ? kOverlap : 0);
    world.late = overlaps ? kOverlap / 3 : 0;
    if (!overlaps) world.lag = 0;
    world.stores["prow"];
    world.stores["other"];
  }

  Scenario make() && {
    World& world = scenario_.world;
    now_ = world.now;
    if (world.family == ReceiverFamily::many_tokens && pick(2) == 0) global_tokens();
    const std::int64_t entries = 1 + pick(5);
    for (std::int64_t i = 0; i < entries; ++i) entry(i);
    foreign_entry();
    std::ranges::sort(scenario_.changes, {}, [](const Change& change) { return change.entry; });
    finish_work();
    for (auto& [name, store] : world.stores) store.history.emplace_back(0, store.tokens);
    world.excuse_what_is_broken();
    return std::move(scenario_);
  }

 private:
  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }

  std::string fresh(std::string_view what) { return fmt::format("{}{}", what, ++names_); }

  SimTokens& tokens(const std::string& store = "prow") {
    return scenario_.world.stores[store].tokens;
  }

  std::string url(const Route& route, const std::string& token) const {
    return scenario_.world.family == ReceiverFamily::token_in_url
               ? std::string(route.url()) + "/" + token
               : std::string(route.url());
  }

  void add_hook(const std::string& entry, const Route& route, const std::string& token) {
    scenario_.world.hooks.push_back({entry, url(route, token), token, false});
    scenario_.world.repositories.insert(entry);
  }

  void keep(const std::string& entry, const SimToken& token) {
    scenario_.untouched[entry].push_back(token);
  }

  // Tokens that count for whoever has none of his own, and hooks that nobody listed.
  void global_tokens() {
    retires_ = pick(3) == 0;
    for (std::int64_t i = 0; i <= pick(2); ++i) {
      const SimToken token{fresh("global"), {0, 0}};
      tokens()["*"].push_back(token);
      if (!retires_) keep("*", token);
    }
    if (!retires_) add_hook("unlisted/one", route_to("prow"), tokens()["*"].back().value);
  }

  // One that the plan does not mention, with two tokens that somebody wants beside each other.
  void foreign_entry() {
    for (std::int64_t i = 0; i <= pick(2); ++i) {
      const SimToken token{fresh("foreign"), {now_ - kDay * (i + 1), 0}};
      tokens()["foreign/one"].push_back(token);
      keep("foreign/one", token);
    }
    add_hook("foreign/one", route_to("prow"), tokens()["foreign/one"].front().value);
  }

  void entry(std::int64_t number) {
    const std::string organization = fmt::format("org{}", number);
    switch (pick(7)) {
      case 0: return onboard(organization + "/new");
      case 1: return rotate(organization + "/repo");
      case 2: return rotate(organization);
      case 3: return remove(organization + "/gone");
      case 4: return reroute(organization + "/led");
      case 5: return move(organization);
      default: return onboard(organization);
    }
  }

  EntryState state(std::int64_t threshold, const std::string& store = "prow",
                   const std::string& path = "hook") const {
    return {{threshold, 0}, route_to(store, path)};
  }

  Change& change(ChangeKind kind, const std::string& entry) {
    Change& made = scenario_.changes.emplace_back();
    made.kind = kind;
    made.entry = entry;
    scenario_.world.repositories.insert(entry);
    return made;
  }

  // What an entry of the base has: one token, or two of which the hook signs with either.
  void existing(const std::string& entry, const std::string& store = "prow") {
    const std::int64_t count = 1 + (pick(3) == 0 ? 1 : 0);
    for (std::int64_t i = 0; i < count; ++i)
      tokens(store)[entry].push_back({fresh("old"), {now_ - kDay * (30 - i), 0}});
    const auto& list = tokens(store)[entry];
    add_hook(entry, route_to(store), list[static_cast<std::size_t>(pick(count))].value);
  }

  void onboard(const std::string& entry) {
    change(ChangeKind::onboard, entry).after = state(pick(4) == 0 ? 0 : now_ - kDay);
    // A repository whose hook signs with a global token, which nobody may refuse from now on.
    const auto global = tokens().find("*");
    if (scenario_.world.family == ReceiverFamily::many_tokens && global != tokens().end() &&
        pick(2) == 0) {
      const auto& list = global->second;
      add_hook(entry, route_to("prow"),
               list[static_cast<std::size_t>(pick(static_cast<std::int64_t>(list.size())))].value);
    }
  }

  void rotate(const std::string& entry) {
    existing(entry);
    Change& made = change(ChangeKind::rotate, entry);
    made.before = state(now_ - kDay * 60);
    // The author's clock may be ahead of ours, and so may the one that dated the tokens.
    const bool is_ahead = pick(4) == 0;
    made.after = state(is_ahead ? now_ + 5 : now_ - kDay);
    if (is_ahead) tokens()[entry].back().created = {now_ + 3, 0};
    // By hand, or by a clock that was wrong.
    if (pick(6) == 0) tokens()[entry].back().created = {now_ + kDay * (1 + pick(1000)), 0};
    // After a leak, say: the token that is there may be as new as any.
    if (pick(4) == 0) requested_.insert(entry);
    if (scope_of(entry) == Scope::org && scenario_.world.family == ReceiverFamily::many_tokens &&
        pick(2) == 0) {
      // A repository with tokens of its own hides those of its organization.
      const std::string hiding = entry + "/hiding";
      SimToken own{fresh("own"), {now_ - kDay * 3, 0}};
      tokens()[hiding] = {own};
      keep(hiding, own);
      for (const SimToken& token : tokens()[entry])
        tokens()[hiding].push_back({token.value, {0, 0}});
      add_hook(hiding, route_to("prow"), own.value);
    }
  }

  void remove(const std::string& entry) {
    existing(entry);
    change(ChangeKind::remove, entry).before = state(now_ - kDay * 60);
  }

  void reroute(const std::string& entry) {
    const std::int64_t how = pick(4);
    const std::string from = how == 3 ? "other" : "prow";
    existing(entry, from);
    Change& made = change(ChangeKind::reroute, entry);
    made.before = state(now_ - kDay * 60, from);
    switch (how) {
      case 0: made.after = state(now_ - kDay * 60, "other"); break;
      case 3: made.after = state(now_ - kDay * 60); break;
      case 1: made.after = state(now_ - kDay * 60, "prow", "elsewhere"); break;
      default: made.after = state(now_ - kDay * 60); made.after->route->events = {"push"};
    }
  }

  // From the repository to its organization or back, in one plan.
  void move(const std::string& organization) {
    const std::string repository = organization + "/moved";
    const bool up = pick(2) == 0;
    remove(up ? repository : organization);
    change(ChangeKind::onboard, up ? organization : repository).after = state(now_ - kDay);
    scenario_.world.repositories.insert(repository);
    scenario_.world.covered.insert(repository);
  }

  void finish_work() {
    Work& work = scenario_.work;
    work.plan = LedgerPlan{"sha256:plan", {now_ - 60, 0}, {}, "commit", "blob", false};
    work.goals = goals_of(scenario_.changes, work.plan->digest);
    for (Goal& goal : work.goals) goal.is_requested = requested_.contains(goal.entry);
    work.routes = {route_to("prow")};
    for (const Goal& goal : work.goals) {
      if (!goal.wanted) continue;
      work.listed.push_back({goal.entry, goal.route});
      // Otherwise the settings may have lost every route to that receiver.
      if (*goal.route == route_to("other") || pick(4) == 0)
        work.routes = {route_to("prow"), route_to("other")};
    }
    work.respects_global = !retires_;
    work.retires_global = retires_;
  }

  std::mt19937_64 random_;
  Scenario scenario_;
  std::int64_t now_ = 0;
  std::int64_t names_ = 0;
  bool retires_ = false;
  std::set<std::string> requested_;
};

std::string shortcoming_of(const Goal& goal, const World& world) {
  const std::string store = World::store_of(std::string(goal.route->url()));
  const SimTokens& tokens = world.stores.at(store).tokens;
  const auto list = tokens.find(goal.entry);
  std::vector<SimHook> hooks;
  std::ranges::copy_if(world.hooks, std::back_inserter(hooks),
                       [&](const SimHook& hook) { return hook.entry == goal.entry; });
  if (!goal.wanted) {
    if (!hooks.empty()) return goal.entry + " still has a hook";
    if (list != tokens.end()) return goal.entry + " still has tokens";
    return {};
  }
  if (hooks.size() != 1) return fmt::format("{} has {} hooks", goal.entry, hooks.size());
  if (list == tokens.end()) return goal.entry + " has no tokens";
  if (list->second.size() != 1)
    return fmt::format("{} has {} tokens: {}", goal.entry, list->second.size(), in_words(tokens));
  const SimToken& token = list->second.front();
  if (hooks[0].token != token.value) return goal.entry + " signs with another token";
  if (!hooks[0].url.starts_with(goal.route->url())) return goal.entry + " leads elsewhere";
  if (hooks[0].events != goal.route->events) return goal.entry + " sends other events";
  if (token.created <= goal.threshold) return goal.entry + " has an old token";
  if (goal.is_requested && token.value.starts_with("old")) return goal.entry + " kept its token";
  if (token.created > later({world.now, 0}, kMaxClockSkew))
    return goal.entry + " has a token that is still to come";
  for (const Route& route : goal.previous_routes) {
    const std::string old = World::store_of(std::string(route.url()));
    if (old != store && world.stores.at(old).tokens.count(goal.entry) != 0)
      return goal.entry + " still has tokens in its old store";
  }
  return {};
}

}  // namespace

Scenario scenario_of(std::uint64_t seed, ReceiverFamily family) {
  return Maker(seed, family).make();
}

std::string shortcoming(const Scenario& scenario, const World& world) {
  for (const Goal& goal : scenario.work.goals) {
    if (world.denied.count(goal.entry) != 0) continue;
    std::string found = shortcoming_of(goal, world);
    // Where two tokens were newer than the threshold, nobody said which one goes.
    const bool keeps_both = goal.wanted && goal.kinds == "reroute";
    if (!found.empty() && !(keeps_both && found.find(" tokens: ") != std::string::npos))
      return found;
  }
  const SimTokens& tokens = world.stores.at("prow").tokens;
  for (const auto& [entry, kept] : scenario.untouched) {
    const auto list = tokens.find(entry);
    for (const SimToken& token : kept) {
      if (list == tokens.end() || std::ranges::find(list->second, token) == list->second.end())
        return fmt::format("{} of {} was not ours to drop", token.value, entry);
    }
  }
  if (scenario.work.retires_global && tokens.count("*") != 0)
    return "the global tokens are still there";
  for (const auto& [name, store] : world.stores) {
    if (!store.ledger.entries.empty())
      return "the ledger still has " + store.ledger.entries.begin()->first;
    if (!store.ledger.former_stores.empty())
      return "the ledger still knows where entries have left";
  }
  return {};
}

Work settling_of(const Work& work) {
  Work settling = work;
  settling.goals.clear();
  settling.plan.reset();
  settling.retires_global = false;
  return settling;
}

}  // namespace hookplan::simulation
