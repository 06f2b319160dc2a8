// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/settings.h"
#include "core/config/snapshot.h"
#include "core/plan/plan.h"
#include "core/ports/outside.h"

namespace hookplan {

// How an entry of the config, or of a store, really is; the gravest first.
enum class Condition {
  unknown,      // its store or its forge cannot be asked, or nobody says where it is
  missing,      // it has no token, or no hook
  outdated,     // its token is older than the config allows
  drifted,      // its hook is switched off or sends other events
  left_out,     // a rotation was asked for, and it has not got its new token
  unfinished,   // a plan began and did not end
  extra,        // it has tokens, and the config does not list it
  unexplained,  // it has several tokens, and the ledger does not say why
  in_doubt,     // its store was put back since hookplan wrote it
  settling,     // superseded tokens stay valid until the overlap has passed
  in_order,
};
std::string_view to_string(Condition condition);

struct EntryStatus {
  std::string entry = {};
  Condition condition = Condition::in_order;
  std::string note = {};  // in words; empty where the condition says it all
  std::size_t tokens = 0;
  std::size_t old_tokens = 0;  // of them: not newer than the config wants
  std::optional<Instant> newest = {};
  std::optional<Route> route = {};        // of `extra`: one of the config's that leads to its store
  std::string remedy = {};                // of `unknown`: what to do about it, if the error says so
  std::optional<ErrorKind> failure = {};  // of `unknown`: what kept it from being asked
  // Its hook is not the one that the ledger remembers, so somebody else may have made it. False
  // where the forge tells no hook from another.
  bool is_foreign = false;

  // Something is other than the config asks for.
  bool is_drift() const { return condition < Condition::settling; }
};

// A run that a ledger names as being at work.
struct RunAtWork {
  std::string store = {};  // its name
  Lease lease = {};
  bool has_ended = false;  // its time is over, so it was killed: the next run takes over
};

struct LiveState {
  std::vector<EntryStatus> entries = {};  // sorted by entry; of one in several stores several
  std::vector<Error> errors = {};         // of stores
  bool holds_global = false;  // a store has global tokens that the config does not respect
  // Names of stores whose tokens somebody else has changed since they were written last, or put
  // back: what is there may not be what hooks sign with.
  std::vector<std::string> edited_stores = {};
  std::vector<RunAtWork> at_work = {};  // sorted by store

  bool has_drift() const;
  // What kept all entries from being asked, such as a credential that is not valid any more.
  // Nothing if one of them was asked, or they failed for several reasons.
  std::optional<ErrorKind> common_failure() const;
};

// What one revision asks for, beside what the stores and the forges say. Changes nothing.
LiveState observe(const Snapshot& snapshot, const Settings& settings, const Outside& outside);

}  // namespace hookplan
