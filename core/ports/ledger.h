// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/ports/hook_ids.h"

namespace hookplan {

// Who may change the store and the hooks that its tokens are for. No run begins a call to a forge
// that could still be under way when its lease ends, because a forge knows no compare-and-swap.
struct Lease {
  std::string run = {};     // tells one run from every other, see Runner
  std::string holder = {};  // for people: "process 123 on ci-7"
  Instant since = {};       // when the run took it
  Instant renewed = {};     // when it was written last
  Instant until = {};       // all three by the clock of the holder
  // How long a call that the run began may take to arrive, even if the run is dead by then.
  std::chrono::seconds longest_call = {};

  bool operator==(const Lease&) const = default;
};

// How far an entry is on its way to what a plan asked for.
struct LedgerEntry {
  bool wanted = true;           // false: its hook and its tokens go
  bool keeps_hook = false;      // its tokens only: the hook is another spelling's
  std::string after = {};       // a removal: that entry must have its hook before
  std::string renamed_to = {};  // likewise: which entry it may be by now, whose hook then stays
  Route route = {};             // where the hook is to be, or was
  std::vector<Route> previous_routes = {};  // where hooks of the entry were before and must go
  Instant token = kZeroInstant;             // `created` of the token that the hook is to sign with
  std::vector<Instant> superseded = {};  // `created` of tokens that go once the overlap has passed
  // Wanted: when a delivery signed with the token was proven to be accepted. Not wanted: when the
  // hook was gone.
  std::optional<Instant> reached = {};
  std::string plan = {};  // digest of the plan that asked for it
  // How long superseded tokens stay valid, by that plan. What is in force when they would go may
  // only be longer.
  std::chrono::seconds overlap = {};

  // A hook of the entry may lead to its routes.
  bool may_have_hook() const { return wanted || !reached; }
  bool operator==(const LedgerEntry&) const = default;
};

// A plan that was applied, wholly or in part.
struct LedgerPlan {
  std::string digest = {};
  Instant created = {};     // of the plan
  Instant applied = {};     // when its last run ended
  std::string commit = {};  // head
  std::string config = {};  // blob of the config at the head; empty: it has none
  bool finished = false;    // nothing of it is left to do but to wait for the overlap
  bool omitted = false;     // something of it was not even begun, so no entry here tells of it
  // Of rotations that somebody asked for, until the plan is finished: `created` of the token that
  // the entry was given. No date of a token could say that it is done.
  std::map<std::string, Instant, std::less<>> given = {};
  // Those that were not given one yet, because a run left them out or ended before.
  std::set<std::string, std::less<>> left_out = {};

  bool operator==(const LedgerPlan&) const = default;
};

// Hooks that were set on one forge, by entry.
struct KnownHooks {
  Part forge = {};  // without a name: another name in the settings makes no other service
  std::map<std::string, HookIds, std::less<>> ids = {};

  bool operator==(const KnownHooks&) const = default;
};

// What is known beside the tokens of one store. It says what is ours to drop, and saves work; it is
// never needed to find out what must be done. No token and no hash of one is in it.
struct Ledger {
  std::vector<LedgerPlan> plans = {};  // oldest first; the last kMaxLedgerPlans of them
  std::map<std::string, LedgerEntry, std::less<>> entries = {};  // those that are not finished
  // Entries whose lists hold copies of another entry's tokens, by that entry: they go with their
  // originals.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> copies = {};
  // To stores that the config names no more, but where something of ours is left to do.
  std::vector<Route> former_stores = {};
  bool retires_global = false;  // a plan has taken their meaning from the global tokens
  std::optional<Instant> global_retired = {};  // when nothing needed the global tokens any more
  std::optional<Lease> lease = {};             // of the run that is at work
  // When the newest of all tokens was created, at the last write: where it is missing, somebody put
  // the tokens back.
  Instant newest_token = kZeroInstant;
  // Entries of a store that was put back, until each has a new token: their hooks may sign with
  // what is not there any more.
  std::set<std::string, std::less<>> in_doubt = {};
  // Of entries that are finished as well; only with ids.
  std::vector<KnownHooks> hooks = {};

  // Null pointer: nothing is known of it.
  const HookIds* hook_of(const std::string& entry, const Part& forge) const;
  // Without ids: what was known is forgotten.
  void remember_hook(const std::string& entry, const Part& forge, const HookIds& ids);
  bool operator==(const Ledger&) const = default;
};

inline constexpr std::size_t kMaxLedgerPlans = 100;

// Canonical JSON and a line feed.
std::string to_json(const Ledger& ledger);

// Refuses (kind `token_document`) what it does not understand in full: an older build must not drop
// what a newer one wrote.
Result<Ledger> ledger_from_json(std::string_view bytes, std::string_view path);

}  // namespace hookplan
