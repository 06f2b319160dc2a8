// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "core/apply/engine/goal.h"
#include "core/base/instant.h"
#include "core/ports/ledger.h"
#include "core/ports/token.h"

namespace hookplan {

// The clocks of two machines never differ by more than this.
inline constexpr std::chrono::seconds kMaxClockSkew = std::chrono::minutes{10};

// A date is what somebody's clock said. One that lies ahead of both the moment and `earliest`, by
// more than clocks differ, was made by a clock that was wrong, or by hand: it says nothing.
bool is_credible(Instant date, Instant now, Instant earliest = kZeroInstant);

// What a token must meet to do for a goal, beside its threshold.
struct AgeRules {
  Instant now = kZeroInstant;
  // Dates are not judged: the token is there already, whoever dated it.
  bool is_minted = false;
  // The newest date that the ledger calls superseded: a store that was put back may hold no newer
  // token, and nobody may be handed one that leaked.
  Instant superseded = kZeroInstant;
  // Of the token that the goal's plan has given the entry already.
  std::optional<Instant> given = {};
};
AgeRules age_rules(const Goal& goal, const Ledger& ledger, bool is_plan_finished, Instant now);

// Whether the entry needs a token that it has not got. As Prow, which keeps those it has if one of
// them was created after the threshold; but a date that nobody can believe makes no token new, and
// a rotation that somebody asked for needs a token of its own whatever the dates say: after a leak
// the date may be the thief's.
bool needs_token(const TokenList& tokens, const Goal& goal, const AgeRules& rules);

// Takes the date from tokens whose date nobody can believe: they count as of no age from now on, so
// that a new one is the newest.
void forget_incredible_dates(TokenList& tokens, Instant now, Instant earliest);

}  // namespace hookplan
