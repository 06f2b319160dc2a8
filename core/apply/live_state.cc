// SPDX-License-Identifier: Apache-2.0
#include "core/apply/live_state.h"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/apply/engine/next_step.h"
#include "core/apply/engine/token_copies.h"
#include "core/apply/engine/token_edits.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {
namespace {

using Presence = HookSight::Presence;

class Observation {
 public:
  Observation(const Snapshot& snapshot, const Settings& settings, const Outside& outside)
      : snapshot_(snapshot), settings_(settings), outside_(outside) {}

  LiveState run() && {
    for (const Entry& entry : snapshot_.entries) state_.entries.push_back(status_of(entry));
    judge_hooks();
    for (const RouteRule& rule : settings_.routes) {
      if (stored_of(rule.route) == nullptr) continue;
      stores_[&outside_.systems_of(rule.route)->store].routes.push_back(rule.route);
    }
    for (const auto& [store, seen] : stores_) {
      if (!seen.stored) continue;
      add_extra(*store, seen);
      doubt_entries_of(*store, *seen.stored);
      if (const auto& lease = seen.stored->ledger.lease)
        state_.at_work.push_back({store->name(), *lease, lease->until < outside_.clock.now()});
    }
    std::ranges::sort(state_.edited_stores);
    std::ranges::sort(state_.at_work, {}, &RunAtWork::store);
    std::ranges::stable_sort(state_.entries, {}, &EntryStatus::entry);
    return std::move(state_);
  }

 private:
  struct Seen {
    std::optional<StoreContents> stored = {};
    std::vector<Route> routes = {};  // of the config that lead there
  };

  // What hooks sign with need not be what the store holds now: it may have been put back.
  void doubt_entries_of(const TokenStore& store, const StoreContents& stored) {
    if (stored.is_edited) state_.edited_stores.push_back(store.name());
    const bool is_old = was_put_back(stored);
    if (!is_old && stored.ledger.in_doubt.empty()) return;
    for (EntryStatus& status : state_.entries) {
      const Route* const route = route_of(settings_, status.entry);
      if (route == nullptr) continue;
      const Result<Systems> systems = outside_.systems_of(*route);
      const bool is_here = systems && &systems->store == &store;
      if (is_here && (is_old || stored.ledger.in_doubt.contains(status.entry)))
        become(status, Condition::in_doubt, "its store was put back to older tokens");
    }
  }

  // Null pointer if it cannot be read.
  const StoreContents* stored_of(const Route& route) {
    const Result<Systems> systems = outside_.systems_of(route);
    if (!systems) return nullptr;
    const auto [known, is_new] = stores_.try_emplace(&systems->store);
    if (is_new) {
      Result<StoreContents> stored = systems->store.read();
      if (stored) {
        known->second.stored.emplace(std::move(stored).value());
      } else {
        state_.errors.push_back(std::move(stored).error());
      }
    }
    return known->second.stored ? &*known->second.stored : nullptr;
  }

  static EntryStatus& become(EntryStatus& status, Condition condition, std::string note) {
    if (condition >= status.condition) return status;
    status.condition = condition;
    status.note = std::move(note);
    return status;
  }

  static EntryStatus& become_unknown(EntryStatus& status, const Error& error) {
    if (status.condition > Condition::unknown) {
      status.remedy = error.first().hint;
      status.failure = error.kind;
    }
    return become(status, Condition::unknown, error.first().message);
  }

  EntryStatus status_of(const Entry& entry) {
    EntryStatus status;
    status.entry = entry.name;
    const Route* const route = route_of(settings_, entry.name);
    if (route == nullptr) return become(status, Condition::unknown, "no route matches it");
    const Result<Systems> systems = outside_.systems_of(*route);
    if (!systems) return become_unknown(status, systems.error());
    const StoreContents* const stored = stored_of(*route);
    if (stored == nullptr) return become(status, Condition::unknown, "its store cannot be read");
    judge_tokens(entry, *route, *stored, systems->traits, status);
    return status;
  }

  void judge_tokens(const Entry& entry, const Route& route, const StoreContents& stored,
                    const ReceiverTraits& receiver, EntryStatus& status) const {
    const auto list = stored.tokens.find(entry.name);
    const Token* const last = list == stored.tokens.end() ? nullptr : newest(list->second);
    if (last == nullptr) {
      become(status, Condition::missing, "it has no token");
      return;
    }
    status.tokens = list->second.size();
    status.newest = last->created;
    status.old_tokens =
        static_cast<std::size_t>(std::ranges::count_if(list->second, [&](const Token& token) {
          return token.created <= entry.token_created_after;
        }));
    const bool is_credible =
        hookplan::is_credible(last->created, outside_.clock.now(), entry.token_created_after);
    if (!is_credible) status.note = "the date of its token is in the future: its age is not known";
    if (!is_credible ? entry.token_created_after > kZeroInstant
                     : last->created <= entry.token_created_after) {
      const std::string age = !is_credible
                                  ? fmt::format("its token is dated {}, which is in the future",
                                                to_rfc3339(last->created))
                              : last->created == kZeroInstant
                                  ? std::string("its token has no date")
                                  : fmt::format("its token is of {}", to_rfc3339(last->created));
      become(status, Condition::outdated,
             fmt::format("{}, and the config wants one after {}", age,
                         to_rfc3339(entry.token_created_after)));
    }
    for (const LedgerPlan& plan : stored.ledger.plans) {
      if (!plan.left_out.contains(entry.name)) continue;
      become(status, Condition::left_out,
             fmt::format("its rotation is not done and it has the old token: apply plan {} again, "
                         "or rotate it",
                         plan.digest));
    }
    if (is_superseded(*last, entry.name, stored.ledger)) {
      become(status, Condition::outdated,
             "its token was superseded, and the store does not hold the newer one any more");
    }
    Goal goal;
    goal.entry = entry.name;
    goal.threshold = entry.token_created_after;
    goal.route = route;
    // Whatever plan asked for it: without a word in the ledger nothing is left of it.
    const NextStep next = next_step({goal, stored.tokens, stored.ledger, receiver, true,
                                     outside_.clock.now(), settings_.overlap, false});
    judge_record(next, stored, status);
  }

  // How many tokens of the entry are not copies of its organization's, as the ledger knows them.
  static std::size_t own_tokens(const std::string& entry, const StoreContents& stored) {
    const TokenList& list = stored.tokens.find(entry)->second;
    const std::string organization(organization_of(entry));
    const auto copies = stored.ledger.copies.find(organization);
    const auto originals = stored.tokens.find(organization);
    if (copies == stored.ledger.copies.end() || !copies->second.contains(entry) ||
        originals == stored.tokens.end())
      return list.size();
    return static_cast<std::size_t>(std::ranges::count_if(
        list, [&](const Token& token) { return !holds(originals->second, token); }));
  }

  // The store was put back to an older state.
  static bool is_superseded(const Token& newest, const std::string& entry, const Ledger& ledger) {
    const auto found = ledger.entries.find(entry);
    if (found == ledger.entries.end() || !found->second.wanted) return false;
    const std::vector<Instant>& superseded = found->second.superseded;
    return !superseded.empty() && newest.created <= std::ranges::max(superseded);
  }

  static void judge_record(const NextStep& next, const StoreContents& stored, EntryStatus& status) {
    const Ledger& ledger = stored.ledger;
    const auto found = ledger.entries.find(status.entry);
    const LedgerEntry* const record = found == ledger.entries.end() ? nullptr : &found->second;
    if (record != nullptr && !record->wanted) {
      // What the plan of now would ask for was never applied, so `settle` would not bring it back.
      become(status, Condition::missing, "its removal was begun, and the config lists it again");
    } else if (next.phase == Phase::unproven && record != nullptr && record->reached) {
      become(status, Condition::unfinished, "a hook of it that leads elsewhere is left");
    } else if (next.phase == Phase::unproven) {
      become(status, Condition::unfinished, std::string(to_string(next.phase)));
    } else if (next.phase == Phase::settling) {
      become(status, Condition::settling,
             fmt::format("superseded tokens stay valid until {}",
                         to_rfc3339({next.until->seconds, 0})));
    } else if (next.phase == Phase::due) {
      become(status, Condition::settling, "superseded tokens can go: hookplan settle");
    } else if (next.phase == Phase::finished && own_tokens(status.entry, stored) > 1) {
      become(status, Condition::unexplained,
             fmt::format("it has {} tokens, and the ledger does not say why", status.tokens));
    }
  }

  // All that are asked a question at once, but no more than a forge can be expected to like.
  void judge_hooks() {
    constexpr std::size_t kAtOnce = 50;
    std::size_t next = 0;
    const auto work = [&] {
      while (next < state_.entries.size()) judge_hook_of(state_.entries[next++]);
    };
    const std::size_t count = std::min(kAtOnce, state_.entries.size());
    outside_.fibers.run(std::vector<std::function<void()>>(count, work));
  }

  void judge_hook_of(EntryStatus& status) {
    const Route* const route = route_of(settings_, status.entry);
    if (route == nullptr) return;
    const Result<Systems> systems = outside_.systems_of(*route);
    const StoreContents* const stored = systems ? stored_of(*route) : nullptr;
    if (stored != nullptr) judge_hook({status.entry, *route, {}}, *systems, *stored, status);
  }

  static void judge_hook(Hook hook, const Systems& systems, const StoreContents& stored,
                         EntryStatus& status) {
    const auto list = stored.tokens.find(hook.entry);
    const Token* const last = list == stored.tokens.end() ? nullptr : newest(list->second);
    if (last == nullptr) return;
    hook.url = systems.receiver.url_of(hook.route, *last);
    const Result<HookSight> view = systems.forge.inspect(hook);
    if (!view) {
      become_unknown(status, view.error());
      return;
    }
    if (view->presence == Presence::present && !view->ids.hook.empty()) {
      const HookIds* const known = stored.ledger.hook_of(hook.entry, hook.route.forge);
      status.is_foreign = known == nullptr || known->hook != view->ids.hook;
    }
    if (view->presence == Presence::unknowable) return;
    if (view->presence == Presence::absent) {
      become(status, Condition::missing, "it has no hook that leads to its receiver");
    } else if (!view->is_active) {
      become(status, Condition::drifted, "its hook is switched off");
    } else if (view->events != hook.route.events) {
      become(status, Condition::drifted, "its hook sends other events");
    }
    if (status.note.empty()) status.note = view->note;
  }

  // Where the hook of an entry that is not listed leads, if the forge can be asked. Otherwise where
  // the settings say, if that is this store, or else where the first of its routes does.
  std::optional<Route> route_in(const Seen& seen, const std::string& entry) const {
    const Token* const token = newest(seen.stored->tokens.at(entry));
    for (const Route& route : seen.routes) {
      const Result<Systems> systems = outside_.systems_of(route);
      if (token == nullptr || !systems) continue;
      const Result<HookSight> view =
          systems->forge.inspect({entry, route, systems->receiver.url_of(route, *token)});
      if (view && view->presence == Presence::present) return route;
    }
    const Route* const usual = route_of(settings_, entry);
    if (usual != nullptr && std::ranges::find(seen.routes, *usual) != seen.routes.end())
      return *usual;
    return seen.routes.empty() ? std::nullopt : std::optional(seen.routes.front());
  }

  // Tokens of an entry whose hook leads to another store, by the settings.
  void add_elsewhere(TokenStore& store, const StoreContents& stored, EntryStatus& status) const {
    const Route* const route = route_of(settings_, status.entry);
    const Result<Systems> systems =
        route == nullptr ? fail(Code::no_route, "") : outside_.systems_of(*route);
    if (!systems || &systems->store == &store) return;
    const auto record = stored.ledger.entries.find(status.entry);
    const bool goes = record != stored.ledger.entries.end() && !record->second.wanted;
    become(status, goes ? Condition::settling : Condition::unexplained,
           store.name() + (goes ? " has tokens of it until the overlap has passed"
                                : " has tokens of it, too"));
  }

  // Global tokens that the config does not respect.
  void add_global(const TokenList& tokens, const Ledger& ledger) {
    EntryStatus status;
    status.entry = kGlobalEntry;
    status.tokens = tokens.size();
    if (!ledger.retires_global) {
      state_.holds_global = true;
      become(status, Condition::extra,
             "global tokens are stored, and the config does not respect them");
    } else if (!ledger.global_retired) {
      become(status, Condition::settling, "the global tokens stay while an entry needs them");
    } else {
      const Instant until = later(*ledger.global_retired, settings_.overlap);
      become(status, Condition::settling,
             until <= outside_.clock.now()
                 ? std::string("the global tokens can go: hookplan settle")
                 : fmt::format("the global tokens stay valid until {}",
                               to_rfc3339({until.seconds, 0})));
    }
    state_.entries.push_back(std::move(status));
  }

  void add_extra(TokenStore& store, const Seen& seen) {
    const StoreContents& stored = *seen.stored;
    const bool respects = snapshot_.respect_legacy_global_token.value;
    for (const auto& [entry, tokens] : stored.tokens) {
      if (entry == kGlobalEntry) {
        if (!respects) add_global(tokens, stored.ledger);
        continue;
      }
      const auto listed = std::ranges::lower_bound(snapshot_.entries, entry, {}, &Entry::name);
      if (listed != snapshot_.entries.end() && listed->name == entry) {
        add_elsewhere(store, stored,
                      state_.entries[static_cast<std::size_t>(listed - snapshot_.entries.begin())]);
        continue;
      }
      EntryStatus status;
      status.entry = entry;
      status.route = route_in(seen, entry);
      status.tokens = tokens.size();
      if (const Token* const last = newest(tokens)) status.newest = last->created;
      const auto record = stored.ledger.entries.find(entry);
      if (record == stored.ledger.entries.end() || record->second.wanted) {
        become(status, Condition::extra, "the config does not list it");
      } else if (!record->second.reached) {
        become(status, Condition::unfinished, "its removal was begun");
      } else {
        become(status, Condition::settling,
               "its hook is gone, its tokens stay valid until the overlap has passed");
      }
      state_.entries.push_back(std::move(status));
    }
  }

  const Snapshot& snapshot_;
  const Settings& settings_;
  const Outside& outside_;
  std::map<TokenStore*, Seen> stores_;
  LiveState state_;
};

}  // namespace

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::unknown: return "unknown";
    case Condition::missing: return "missing";
    case Condition::outdated: return "outdated";
    case Condition::drifted: return "drifted";
    case Condition::left_out: return "left out";
    case Condition::in_doubt: return "in doubt";
    case Condition::unfinished: return "unfinished";
    case Condition::extra: return "extra";
    case Condition::unexplained: return "unexplained";
    case Condition::settling: return "settling";
    case Condition::in_order: return "in order";
  }
  throw std::logic_error("no such condition");
}

bool LiveState::has_drift() const {
  return !errors.empty() || holds_global || std::ranges::any_of(entries, &EntryStatus::is_drift);
}

std::optional<ErrorKind> LiveState::common_failure() const {
  if (entries.empty()) return std::nullopt;
  const std::optional<ErrorKind> first = entries.front().failure;
  const bool is_common = std::ranges::all_of(
      entries, [&](const EntryStatus& status) { return status.failure == first; });
  return is_common ? first : std::nullopt;
}

LiveState observe(const Snapshot& snapshot, const Settings& settings, const Outside& outside) {
  return Observation(snapshot, settings, outside).run();
}

}  // namespace hookplan
