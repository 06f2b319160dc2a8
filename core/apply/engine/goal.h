// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/config/settings.h"
#include "core/plan/plan.h"
#include "core/ports/ledger.h"

namespace hookplan {

// What is to become of one entry, whatever there is now. All changes of an entry make one goal.
struct Goal {
  std::string entry = {};
  std::string kinds = {};            // of the changes, for people: "reroute, rotate"
  bool wanted = true;                // there is to be a hook
  Instant threshold = kZeroInstant;  // its token must have been created after this
  std::optional<Route> route = {};   // where the hook leads to, or did; nothing: nobody says
  std::vector<Route> previous_routes =
      {};  // where else hooks of the entry led, and must not any more
  std::vector<Route> ledger_routes = {};  // the same, by what earlier plans left in ledgers
  std::string respelled_from = {};        // the hook and its tokens are those of that entry
  std::string renamed_from = {};  // it may be that entry, whose hook then signs with old tokens
  std::string after = {};         // a removal: that entry must have reached its goal before
  std::string renamed_to = {};    // a removal: it may be that entry by now, whose hook stays
  bool keeps_hook = false;        // a removal of a spelling only
  bool is_requested = false;      // somebody asked for a new token, however new the one there is
  std::string plan = {};          // digest of the plan that asks for it
  bool is_left_over = false;      // no plan of this run asks for it: it is what a ledger tells of
};

// Whether a hook of one entry on both routes is one hook with one list of tokens, whatever events
// it sends.
bool is_same_hook(const Route& one, const Route& other);

// Adds a route unless it is at the place of `kept` or of one that is there already.
void add_place(std::vector<Route>& routes, const Route& route, const Route& kept);

// The goals of a plan's changes, sorted by entry. A change that asks for nothing gives none.
std::vector<Goal> goals_of(const std::vector<Change>& changes, const std::string& plan_digest);

// What an earlier run left to do.
Goal goal_of(const std::string& entry, const LedgerEntry& unfinished);

// An entry of the config, and where its hook leads by the settings.
struct ListedEntry {
  std::string entry = {};
  std::optional<Route> route = {};
};

// What a run is to do.
struct Work {
  std::vector<Goal> goals = {};
  std::optional<LedgerPlan> plan = {};   // nothing: only what earlier plans left is finished
  std::string base_config = {};          // blob of the config that the plan begins with
  bool begins_with_live = false;         // with what is live instead: it skips no earlier plan
  std::vector<ListedEntry> listed = {};  // sorted by entry
  std::vector<Route> routes = {};        // whose stores are looked at, beside those of the goals
  std::chrono::seconds overlap = {};     // how long superseded tokens stay valid
  bool respects_global = false;          // the legacy global tokens count
  bool retires_global = false;           // the plan takes that from them
  bool accepts_invitations = false;      // of forges, for entries that the config lists
};

}  // namespace hookplan
