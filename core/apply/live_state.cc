// SPDX-License-Identifier: Apache-2.0
#include "core/apply/live_state.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/apply/engine/token_edits.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/plan/diff.h"

namespace hookplan {
namespace {

using Presence = HookSight::Presence;

class Observation {
 public:
  Observation(const Snapshot& snapshot, const Settings& settings, const Outside& outside)
      : snapshot_(snapshot), settings_(settings), outside_(outside) {}

  LiveState run() && {
    for (const Entry& entry : snapshot_.entries) state_.entries.push_back(status_of(entry));
    for (const RouteRule& rule : settings_.routes) {
      if (stored_of(rule.route) == nullptr) continue;
      stores_[&outside_.systems_of(rule.route)->store].routes.push_back(rule.route);
    }
    for (const auto& [store, seen] : stores_) {
      if (!seen.stored) continue;
      add_extra(*store, seen);
      if (seen.stored->is_edited) state_.edited_stores.push_back(store->name());
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

  EntryStatus status_of(const Entry& entry) {
    EntryStatus status;
    status.entry = entry.name;
    const Route* const route = route_of(settings_, entry.name);
    if (route == nullptr) return become(status, Condition::unknown, "no route matches it");
    const Result<Systems> systems = outside_.systems_of(*route);
    if (!systems) return become(status, Condition::unknown, systems.error().first().message);
    const StoreContents* const stored = stored_of(*route);
    if (stored == nullptr) return become(status, Condition::unknown, "its store cannot be read");
    judge_tokens(entry, *stored, status);
    judge_hook({entry.name, *route, {}}, *systems, *stored, status);
    return status;
  }

  void judge_tokens(const Entry& entry, const StoreContents& stored, EntryStatus& status) const {
    const auto list = stored.tokens.find(entry.name);
    const Token* const last = list == stored.tokens.end() ? nullptr : newest(list->second);
    if (last == nullptr) {
      become(status, Condition::missing, "it has no token");
      return;
    }
    status.tokens = list->second.size();
    status.newest = last->created;
    if (last->created <= entry.token_created_after) {
      const std::string age = last->created == kZeroInstant
                                  ? std::string("its token has no date")
                                  : fmt::format("its token is of {}", to_rfc3339(last->created));
      become(status, Condition::outdated,
             fmt::format("{}, and the config wants one after {}", age,
                         to_rfc3339(entry.token_created_after)));
    }
    const auto record = stored.ledger.entries.find(entry.name);
    if (record == stored.ledger.entries.end()) {
      if (status.tokens > 1) {
        become(status, Condition::unexplained, fmt::format("it has {} tokens", status.tokens));
      }
    } else if (!record->second.wanted) {
      // What the plan of now would ask for was never applied, so `settle` would not bring it back.
      become(status, Condition::missing, "its removal was begun, and the config lists it again");
    } else if (!record->second.reached) {
      become(status, Condition::unfinished, "its newest token is not proven to be in use");
    } else {
      const Instant until{record->second.reached->seconds + settings_.overlap.count(),
                          record->second.reached->nanoseconds};
      become(status, Condition::settling,
             outside_.clock.now() >= until
                 ? std::string("superseded tokens can go: hookplan settle")
                 : fmt::format("superseded tokens stay valid until {}",
                               to_rfc3339({until.seconds, 0})));
    }
  }

  static void judge_hook(Hook hook, const Systems& systems, const StoreContents& stored,
                         EntryStatus& status) {
    const auto list = stored.tokens.find(hook.entry);
    const Token* const last = list == stored.tokens.end() ? nullptr : newest(list->second);
    if (last == nullptr) return;
    hook.url = systems.receiver.url_of(hook.route, *last);
    const Result<HookSight> view = systems.forge.inspect(hook);
    if (!view) {
      become(status, Condition::unknown, view.error().first().message);
      return;
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

  void add_extra(TokenStore& store, const Seen& seen) {
    const StoreContents& stored = *seen.stored;
    const bool respects = snapshot_.respect_legacy_global_token.value;
    for (const auto& [entry, tokens] : stored.tokens) {
      if (entry == kGlobalEntry) {
        state_.holds_global = state_.holds_global || (!respects && !stored.ledger.retires_global);
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

Change change_of(ChangeKind kind, const Entry& entry, const Settings& settings) {
  Change change;
  change.kind = kind;
  change.entry = entry.name;
  change.after = state_of(entry, settings);
  change.lines_after = entry.lines;
  return change;
}

// What a rotation begins with: nobody knows since when the token should have been there.
EntryState any_token(const Change& change) {
  EntryState state = *change.after;
  state.token_created_after = kZeroInstant;
  return state;
}

}  // namespace

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::unknown: return "unknown";
    case Condition::missing: return "missing";
    case Condition::outdated: return "outdated";
    case Condition::drifted: return "drifted";
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

LiveState observe(const Snapshot& snapshot, const Settings& settings, const Outside& outside) {
  return Observation(snapshot, settings, outside).run();
}

std::vector<Change> changes_towards(const Snapshot& snapshot, const Settings& settings,
                                    const LiveState& live) {
  std::vector<Change> changes;
  for (const EntryStatus& status : live.entries) {
    const auto found = std::ranges::lower_bound(snapshot.entries, status.entry, {}, &Entry::name);
    const bool is_listed = found != snapshot.entries.end() && found->name == status.entry;
    // What is extra in several stores goes from one after the other.
    if (!changes.empty() && changes.back().entry == status.entry) continue;
    if (status.condition == Condition::extra) {
      Change change;
      change.kind = ChangeKind::remove;
      change.entry = status.entry;
      change.before.emplace();
      change.before->route = status.route;
      changes.push_back(std::move(change));
    } else if (is_listed && status.condition == Condition::outdated &&
               found->token_created_after > kZeroInstant) {
      Change change = change_of(ChangeKind::rotate, *found, settings);
      change.before = any_token(change);
      changes.push_back(std::move(change));
    } else if (is_listed &&
               (status.condition == Condition::missing || status.condition == Condition::drifted ||
                status.condition == Condition::outdated)) {
      changes.push_back(change_of(ChangeKind::onboard, *found, settings));
    }
  }
  return changes;
}

std::vector<Change> rotations(const Snapshot& snapshot, const Settings& settings,
                              std::string_view pattern, Instant now) {
  std::vector<Change> changes;
  for (const Entry& entry : snapshot.entries) {
    if (!matches(pattern, entry.name) || now <= entry.token_created_after) continue;
    Change change = change_of(ChangeKind::rotate, entry, settings);
    change.before = change.after;
    change.after->token_created_after = now;
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace hookplan
