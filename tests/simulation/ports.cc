// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/ports.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan::simulation {
namespace {

// Longer than any lease lasts.
constexpr std::chrono::seconds kStall{1000};

Error failure(ErrorKind kind, const std::string& what) {
  return {kind, diagnose(Code::answer_lost, fmt::format("{} {}", what, static_cast<int>(kind)))};
}

std::string text_of(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

SimTokens tokens_from(const TokenMap& tokens) {
  SimTokens result;
  for (const auto& [entry, list] : tokens) {
    std::vector<SimToken>& to = result[entry];
    for (const Token& token : list) to.push_back({text_of(token.value), token.created});
  }
  return result;
}

TokenMap tokens_to(const SimTokens& tokens) {
  TokenMap result;
  for (const auto& [entry, list] : tokens) {
    TokenList& to = result[entry];
    for (const SimToken& token : list)
      to.push_back({Secret::copy_of(token.value), token.created, {}});
  }
  return result;
}

class SimTokenStore final : public TokenStore {
 public:
  SimTokenStore(World& world, Calls& calls, std::string name)
      : world_(world), calls_(calls), name_(std::move(name)) {}

  std::string id() const override { return name_; }
  std::string name() const override { return name_; }

  Result<StoreContents> read() override {
    std::optional<StoreContents> found;
    TRY_VOID(calls_.call("read " + name_, [&]() -> Result<Progress> {
      const SimStore& store = world_.stores[name_];
      found.emplace(StoreContents{tokens_to(store.tokens), false, store.ledger,
                                  std::to_string(store.version), false});
      return Progress::done;
    }));
    if (!found) return failure(ErrorKind::unavailable, "read");
    return *std::move(found);
  }

  Result<std::string> version() override {
    std::string version;
    TRY_VOID(calls_.call("version " + name_, [&]() -> Result<Progress> {
      version = std::to_string(world_.stores[name_].version);
      return Progress::done;
    }));
    return version;
  }

  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override {
    // By value: it may happen after its caller is gone.
    auto effect = [&world = world_, name = name_, next = tokens_from(tokens), ledger,
                   expected = std::string(version)]() -> Result<Progress> {
      SimStore& store = world.stores[name];
      if (std::to_string(store.version) != expected) {
        return Error(ErrorKind::conflict, diagnose(Code::store_changed, "changed"));
      }
      store.tokens = next;
      store.ledger = ledger;
      world.commit(name);
      return Progress::done;
    };
    TRY_VOID(calls_.call("write " + name_, std::move(effect)));
    return {};
  }

 private:
  World& world_;
  Calls& calls_;
  std::string name_;
};

class SimReceiver final : public Receiver {
 public:
  SimReceiver(World& world, Calls& calls) : world_(world), calls_(calls) {}

  Result<Secret> mint(std::string_view /*entry*/) override {
    return Secret::copy_of(fmt::format("minted{}", ++world_.minted));
  }

  Secret url_of(const Route& route, const Token& token) const override {
    if (world_.family != ReceiverFamily::token_in_url) return Secret::copy_of(route.url());
    return Secret::copy_of(std::string(route.url()) + "/" + text_of(token.value));
  }

  Result<bool> accepts(const Hook& hook, const Token& token) override {
    bool accepted = false;
    TRY_VOID(calls_.call("accepts " + hook.entry, [&]() -> Result<Progress> {
      if (world_.is_silent)
        return Error(ErrorKind::unavailable, diagnose(Code::receiver_unreachable, "silent"));
      if (world_.odd.contains(hook.entry))
        return Error(ErrorKind::unavailable, diagnose(Code::receiver_odd_answer, "odd"));
      const SimHook probe{hook.entry, text_of(hook.url), text_of(token.value), false};
      accepted =
          world_.accepts(world_.seen_by_receiver(World::store_of(probe.url)), probe, hook.entry);
      return Progress::done;
    }));
    return accepted;
  }

 private:
  World& world_;
  Calls& calls_;
};

// As on GitHub, where the case of a name does not count.
bool same_repository(const std::string& one, const std::string& other) {
  return ascii_lower(one) == ascii_lower(other);
}

class SimForge final : public Forge, public Redeliverer, public Preflight, public Speller {
 public:
  SimForge(World& world, Calls& calls) : world_(world), calls_(calls) {}

  Result<Progress> put_hook(const Hook& hook, const Token& token) override {
    return calls_.call(
        "put " + hook.entry,
        [&world = world_,
         wanted = SimHook{hook.entry, text_of(hook.url), text_of(token.value), false, true,
                          hook.route.events}]() mutable -> Result<Progress> {
          if (const auto known = world.spelled.find(ascii_lower(wanted.entry));
              known != world.spelled.end())
            wanted.entry = known->second;
          if (world.denied.count(wanted.entry) != 0)
            return Error(ErrorKind::denied, diagnose(Code::permission_missing, "denied"));
          const auto leads_there = [&](const SimHook& other) {
            return same_repository(other.entry, wanted.entry) && other.url == wanted.url;
          };
          const auto known = std::ranges::find_if(world.hooks, leads_there);
          // One hook of that URL: of several the first is set, and the others go.
          if (known != world.hooks.end()) {
            *known = wanted;
            world.hooks.erase(std::remove_if(known + 1, world.hooks.end(), leads_there),
                              world.hooks.end());
          } else {
            world.hooks.push_back(wanted);
          }
          return Progress::done;
        });
  }

  Result<Progress> delete_hook(const Hook& hook) override {
    return calls_.call(
        "delete " + hook.entry,
        [&world = world_, entry = hook.entry, url = text_of(hook.url)]() -> Result<Progress> {
          if (world.denied.count(entry) != 0)
            return Error(ErrorKind::denied, diagnose(Code::permission_missing, "denied"));
          std::erase_if(world.hooks, [&](const SimHook& other) {
            return same_repository(other.entry, entry) && other.url == url;
          });
          return Progress::done;
        });
  }

  Result<Progress> prove_delivery(const Hook& hook, const Token& token) override {
    return calls_.call(
        "prove " + hook.entry,
        [&world = world_, wanted = SimHook{hook.entry, text_of(hook.url), text_of(token.value),
                                           false}]() -> Result<Progress> {
          const bool signs = std::ranges::any_of(world.hooks, [&](const SimHook& other) {
            return same_repository(other.entry, wanted.entry) && other.url == wanted.url &&
                   other.token == wanted.token;
          });
          if (!signs) return failure(ErrorKind::unavailable, "not proven");
          return Progress::done;
        });
  }

  Result<Progress> redeliver(const Hook& hook, Instant /*since*/) override {
    return calls_.call("redeliver " + hook.entry,
                       []() -> Result<Progress> { return Progress::done; });
  }

  // Nothing is changed by it, so it is no call that could go wrong.
  Result<void> require_possible(const Hook& hook, Change /*change*/) override {
    if (world_.denied.count(hook.entry) == 0) return {};
    return Error(ErrorKind::denied, diagnose(Code::permission_missing, "denied beforehand"));
  }

  Result<Progress> prove_spelling(const Hook& superseded, const std::string& entry) override {
    return calls_.call("name " + superseded.entry,
                       [&world = world_, old = superseded.entry, entry]() -> Result<Progress> {
                         const auto known = world.spelled.find(ascii_lower(entry));
                         if (known == world.spelled.end() || known->second != old)
                           return Progress::done;
                         return Error(ErrorKind::conflict,
                                      diagnose(Code::spelling_in_use, "spelled " + old));
                       });
  }

  ForgeAbilities abilities() override {
    ForgeAbilities abilities{this};
    if (world_.foresees) abilities.preflight = this;
    abilities.speller = this;
    return abilities;
  }

  Result<HookSight> inspect(const Hook& hook) override {
    HookSight view;
    TRY_VOID(calls_.call("look " + hook.entry, [&]() -> Result<Progress> {
      const auto found = std::ranges::find_if(world_.hooks, [&](const SimHook& other) {
        return same_repository(other.entry, hook.entry) && other.url == text_of(hook.url);
      });
      if (found == world_.hooks.end()) return Progress::done;
      view.presence = HookSight::Presence::present;
      view.is_active = found->active;
      view.events = found->events;
      return Progress::done;
    }));
    return view;
  }

 private:
  World& world_;
  Calls& calls_;
};

void pass(World& world, std::chrono::milliseconds time) {
  world.tick(std::max<std::int64_t>(1, time.count() / 1000));
}

class SimClock final : public Clock {
 public:
  explicit SimClock(World& world) : world_(world) {}
  Instant now() override { return {world_.now, 0}; }
  std::chrono::milliseconds running() override { return std::chrono::seconds(world_.now); }
  void sleep_for(std::chrono::milliseconds time) override {
    if (Fibers* const fibers = Fibers::current()) {
      fibers->wait([] { return false; }, time);
    } else {
      pass(world_, time);
    }
  }

 private:
  World& world_;
};

class SimJournal final : public Journal {
 public:
  explicit SimJournal(Calls& calls) : calls_(calls) {}
  Result<void> write(const StepEvent& event, Instant /*at*/) override {
    calls_.journal(event);
    return {};
  }

 private:
  Calls& calls_;
};

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::none: return "none";
    case Fault::refused: return "refused";
    case Fault::lost: return "lost";
    case Fault::vanished: return "vanished";
    case Fault::dead_before: return "dead before";
    case Fault::dead_after: return "dead after";
    case Fault::slow: return "slow";
    case Fault::duplicated: return "duplicated";
    case Fault::denied: return "denied";
    case Fault::second_run: return "second run";
    case Fault::stalled: return "stalled";
    case Fault::heard_late: return "heard late";
  }
  throw std::logic_error("no such fault");
}

Calls::Calls(World& world) : run(fmt::format("run{}", ++world.runs)), world_(world) {}

std::uint64_t Calls::next_number() {
  // xorshift64
  order ^= order << 13U;
  order ^= order >> 7U;
  order ^= order << 17U;
  return order;
}

void Calls::stands_still(std::chrono::seconds time) {
  still_ = time;
  // It is its scheduler that stands still, and then everything does.
  Fibers::current()->wait([] { return true; }, std::chrono::milliseconds{0});
}

void Calls::let_others_run() {
  Fibers* const runs = Fibers::current();
  if (runs == nullptr) return;
  const std::chrono::seconds time = std::exchange(still_, {});
  runs->wait([&] { return time.count() == 0; }, time);
}

// Some die where others can see it.
void Calls::died() {
  if (world_.calls % 2 == 0) world_.dead_runs.insert(run);
}

void Calls::journal(const StepEvent& event) {
  ++journals_;
  if (event.state == StepState::started) begun.emplace_back(event.entry, event.step);
  if (stalls.contains(journals_)) second_run(kStall);
}

Result<Progress> Calls::call(const std::string& what, std::function<Result<Progress>()> effect) {
  constexpr std::size_t kLater = 3;
  // Every call takes its time, and so the others may come first.
  if (Fibers* const fibers = Fibers::current())
    fibers->wait([] { return true; }, std::chrono::milliseconds{0});
  ++count_;
  last_ = what;
  world_.tick(world_.call_seconds);
  ++world_.calls;
  world_.run_delayed();
  world_.check("before " + what);
  const auto found = plan.find(count_);
  const Fault fault = found == plan.end() ? Fault::none : found->second;
  // Only effects that were given by value can come later; reading has none.
  const bool calls_forge = what.starts_with("put ") || what.starts_with("delete ");
  const bool has_effect = calls_forge || what.starts_with("write ");
  const auto done = [&] {
    Result<Progress> result = effect();
    world_.check("after " + what);
    return result;
  };
  const auto delay = [&] {
    world_.delayed.push_back({world_.calls + kLater, world_.now + kLongestCall.count(),
                              [effect] { static_cast<void>(effect()); }});
  };
  switch (fault) {
    case Fault::none: return done();
    case Fault::refused: return failure(ErrorKind::unavailable, what);
    case Fault::lost: static_cast<void>(done()); return failure(ErrorKind::unknown, what);
    case Fault::vanished: return failure(ErrorKind::unknown, what);
    case Fault::dead_before: died(); throw Killed{};
    case Fault::dead_after:
      static_cast<void>(done());
      died();
      throw Killed{};
    case Fault::slow:
      if (has_effect) delay();
      return failure(ErrorKind::unknown, what);
    case Fault::duplicated:
      if (has_effect) delay();
      return done();
    case Fault::denied: return Error(ErrorKind::denied, diagnose(Code::permission_missing, what));
    // As long as a call to the forge is under way, no patience is enough to get the lease.
    case Fault::second_run: second_run(std::chrono::seconds(0)); return done();
    case Fault::stalled: second_run(calls_forge ? std::chrono::seconds(0) : kStall); return done();
    case Fault::heard_late: {
      Result<Progress> result = done();
      second_run(kStall);
      return result;
    }
  }
  throw std::logic_error("no such fault");
}

struct SimOutside::Implementation {
  World& world;
  Calls& calls;
  SimReceiver receiver;
  SimForge forge;
  SimClock clock;
  Fibers fibers;
  SimJournal journal;
  Observer observer;
  std::map<std::string, std::unique_ptr<SimTokenStore>> stores;
  Outside outside;

  Implementation(World& w, Calls& c)
      : world(w),
        calls(c),
        receiver(w, c),
        forge(w, c),
        clock(w),
        fibers(surroundings()),
        journal(c),
        outside{[this](const Route& route) { return systems_of(route); },
                clock,
                fibers,
                journal,
                observer,
                {c.run, "a run"},
                [&w](std::string_view run) { return w.dead_runs.contains(std::string(run)); }} {}

  Fibers::Surroundings surroundings() {
    Fibers::Surroundings all{[this] { return clock.running(); },
                             [this](std::chrono::milliseconds time) { pass(world, time); },
                             {}};
    if (calls.order != 0) {
      all.choose = [this](std::size_t count) {
        calls.let_others_run();
        return calls.next_number() % count;
      };
    }
    return all;
  }

  Result<Systems> systems_of(const Route& route) {
    std::unique_ptr<SimTokenStore>& store = stores[route.receiver.name];
    if (!store) store = std::make_unique<SimTokenStore>(world, calls, route.receiver.name);
    const FallbackRule rule = world.family == ReceiverFamily::many_tokens
                                  ? FallbackRule::organization_then_global
                                  : FallbackRule::none;
    return Systems{forge, *store, receiver, {world.family, rule}};
  }
};

SimOutside::SimOutside(World& world, Calls& calls)
    : implementation_(std::make_unique<Implementation>(world, calls)) {}
SimOutside::~SimOutside() = default;
const Outside& SimOutside::outside() const { return implementation_->outside; }

RunOptions options(std::string only, std::chrono::seconds lease_patience) {
  return {std::chrono::seconds(60), std::move(only), false, lease_patience};
}

Route route_to(const std::string& receiver, const std::string& path) {
  Route route;
  route.forge = {"forge", "sim", {}};
  route.receiver = {
      receiver, "sim", {{"url", fmt::format("https://{}.example/{}", receiver, path)}}};
  route.store = {"", "sim", {{"path", receiver}}};
  route.events = {"*"};
  return route;
}

}  // namespace hookplan::simulation
