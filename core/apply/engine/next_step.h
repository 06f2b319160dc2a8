// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/apply/engine/goal.h"
#include "core/ports/ledger.h"
#include "core/ports/outside.h"
#include "core/ports/receiver.h"
#include "core/ports/token.h"

namespace hookplan {

// Where an entry is on its way to its goal. The order is that of a rotation, then that of a
// removal.
enum class Phase {
  needs_token,  // no token of it is newer than its threshold: one is minted and stored
  unproven,     // its token is stored, and nothing says that its hook signs with it
  hook_to_go,   // it is to have no hook, and may have one
  settling,     // its hook is right; what it does not need any more stays valid for the overlap
  due,          // the overlap has passed: what it does not need any more goes
  finished,     // nothing is left to do
};
// A sentence for people.
std::string_view to_string(Phase phase);

// What is known of an entry, as its store says it.
struct Facts {
  const Goal& goal;
  const TokenMap& tokens;
  const Ledger& ledger;
  ReceiverTraits receiver = {};
  bool is_plan_finished = false;  // the ledger says that the plan which has the goal is finished
  Instant now = kZeroInstant;
  std::chrono::seconds overlap = {};  // of the settings; a plan may have promised a longer one
  bool is_emergency = false;          // a new token even where an earlier rotation is not over
};

struct NextStep {
  Phase phase = Phase::finished;
  std::optional<Step> step = {};      // what a run does now; nothing: it leaves the entry alone
  std::optional<Instant> until = {};  // of `settling`: when that is over
  // It needs a newer token than that of an earlier rotation which is not over: that one goes on,
  // for with a third token of an entry nobody could tell any more which ones its deliveries need.
  bool waits_for_overlap = false;

  // Its hook signs with its token, or is gone.
  bool is_reached() const { return phase >= Phase::settling; }
  bool operator==(const NextStep&) const = default;
};

// What is to be done next for an entry. The one answer to that question: a run does what it says
// and asks again, a dry run and `status` print it, reports tell what it says in the end. Knows
// nothing but its argument.
NextStep next_step(const Facts& facts);

}  // namespace hookplan
