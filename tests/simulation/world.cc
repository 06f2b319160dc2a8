// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config/entry_name.h"

namespace hookplan::simulation {

std::string World::store_of(const std::string& url) {
  const std::string_view after = std::string_view(url).substr(std::string_view("https://").size());
  return std::string(after.substr(0, after.find('.')));
}

void World::rename(const std::string& entry, const std::string& to) {
  for (SimHook& hook : hooks) {
    if (hook.entry == entry) hook.entry = to;
  }
  check(fmt::format("renamed from {} to {}", entry, to));
}

void World::tick(std::int64_t seconds) {
  for (std::int64_t i = 0; i < seconds; ++i) {
    ++now;
    run_delayed();
    deliver();
    if (seconds > 100) i += 50, now += 50;
  }
  deliver();
  if (late > 0) emit();
}

void World::run_delayed(bool all) {
  for (std::size_t i = 0; i < delayed.size();) {
    if (!all && delayed[i].calls > calls && delayed[i].latest > now) {
      ++i;
      continue;
    }
    const auto effect = std::move(delayed[i].effect);
    delayed.erase(delayed.begin() + static_cast<std::ptrdiff_t>(i));
    effect();
  }
}

void World::commit(const std::string& store) {
  SimStore& changed = stores[store];
  ++changed.version;
  changed.history.emplace_back(now, changed.tokens);
}

const SimTokens& World::seen_by_receiver(const std::string& store) const {
  const SimStore& known = stores.at(store);
  const SimTokens* seen = &known.tokens;
  if (known.history.empty()) return *seen;
  seen = &known.history.front().second;
  for (const auto& [since, tokens] : known.history) {
    if (since <= now - lag) seen = &tokens;
  }
  return *seen;
}

bool World::accepts(const SimTokens& tokens, const SimHook& hook,
                    const std::string& repository) const {
  if (family == ReceiverFamily::token_in_url) {
    // https://RECEIVER.example/ENTRY/TOKEN
    const std::string token = hook.url.substr(hook.url.rfind('/') + 1);
    const auto list = tokens.find(hook.entry);
    return list != tokens.end() && token == hook.token &&
           std::ranges::any_of(list->second, [&](const SimToken& t) { return t.value == token; });
  }
  for (const std::string& name :
       {repository, std::string(organization_of(repository)), std::string("*")}) {
    const auto list = tokens.find(name);
    if (list == tokens.end()) continue;
    return std::ranges::any_of(list->second,
                               [&](const SimToken& t) { return t.value == hook.token; });
  }
  return false;
}

std::vector<std::string> World::senders_of(const SimHook& hook) const {
  if (scope_of(hook.entry) == Scope::repo || family == ReceiverFamily::token_in_url)
    return {hook.entry};
  std::vector<std::string> senders = {hook.entry};
  for (const std::string& repository : repositories) {
    if (organization_of(repository) == hook.entry && repository != hook.entry)
      senders.push_back(repository);
  }
  return senders;
}

void World::excuse_what_is_broken() {
  for (SimHook& hook : hooks) {
    for (const std::string& repository : senders_of(hook)) {
      const std::string store = store_of(hook.url);
      if (!accepts(stores[store].tokens, hook, repository)) hook.broken = true;
    }
  }
}

void World::check(const std::string& when) {
  if (!is_watched) return;
  for (const SimHook& hook : hooks) {
    if (hook.broken) continue;
    const std::string store = store_of(hook.url);
    for (const std::string& repository : senders_of(hook)) {
      const bool later = accepts(stores[store].tokens, hook, repository);
      const bool seen = accepts(seen_by_receiver(store), hook, repository);
      if (later && seen) continue;
      violations.push_back(fmt::format(
          "{}: a delivery of {} by the hook of {} with {} {} refused; {}", when, repository,
          hook.entry, hook.token, seen ? "will be" : "is", in_words(stores[store].tokens)));
    }
  }
  for (const std::string& repository : covered) {
    const bool sends = std::ranges::any_of(hooks, [&](const SimHook& hook) {
      return hook.entry == repository || hook.entry == organization_of(repository);
    });
    if (!sends)
      violations.push_back(fmt::format("{}: no hook sends events of {}", when, repository));
  }
}

// One hook a tick, in turn: all of them together would only take longer.
void World::emit() {
  if (hooks.empty()) return;
  ++emitted_;
  const SimHook& hook = hooks[emitted_ % hooks.size()];
  if (hook.broken) return;
  for (const std::string& repository : senders_of(hook)) {
    const auto way = static_cast<std::int64_t>(emitted_ * 7919 % static_cast<std::uint64_t>(late));
    on_the_way_.push_back({hook, repository, now + way});
  }
}

void World::deliver() {
  std::erase_if(on_the_way_, [&](const SimDelivery& delivery) {
    if (delivery.arrives > now) return false;
    const std::string store = store_of(delivery.hook.url);
    if (!accepts(seen_by_receiver(store), delivery.hook, delivery.repository)) {
      violations.push_back(fmt::format("a late delivery of {} signed with {} was refused; {}",
                                       delivery.repository, delivery.hook.token,
                                       in_words(stores[store].tokens)));
    }
    return true;
  });
}

std::string in_words(const SimTokens& tokens) {
  std::string text;
  for (const auto& [entry, list] : tokens) {
    text += entry + "=[";
    for (const SimToken& token : list)
      text +=
          fmt::format(" {}@{}.{}", token.value, token.created.seconds, token.created.nanoseconds);
    text += " ] ";
  }
  return text;
}

}  // namespace hookplan::simulation
