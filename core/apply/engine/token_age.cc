// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/token_age.h"

#include <algorithm>

#include "core/apply/engine/token_edits.h"

namespace hookplan {

bool is_credible(Instant date, Instant now, Instant earliest) {
  return date <= later(std::max(now, earliest), kMaxClockSkew);
}

AgeRules age_rules(const Goal& goal, const Ledger& ledger, bool is_plan_finished, Instant now) {
  AgeRules rules{now, is_plan_finished || goal.is_left_over, kZeroInstant, {}};
  if (const LedgerEntry* const record = rotation_under_way(ledger, goal);
      record != nullptr && record->wanted && !record->superseded.empty()) {
    rules.superseded = std::ranges::max(record->superseded);
  }
  const auto plan = std::ranges::find(ledger.plans, goal.plan, &LedgerPlan::digest);
  if (plan == ledger.plans.end()) return rules;
  const auto given = plan->given.find(goal.entry);
  if (given != plan->given.end()) rules.given = given->second;
  return rules;
}

bool needs_token(const TokenList& tokens, const Goal& goal, const AgeRules& rules) {
  const Token* const last = newest(tokens);
  if (last == nullptr || last->created <= std::max(goal.threshold, rules.superseded)) return true;
  if (rules.is_minted || last->created == rules.given) return false;
  return goal.is_requested || !is_credible(last->created, rules.now, goal.threshold);
}

void forget_incredible_dates(TokenList& tokens, Instant now, Instant earliest) {
  for (Token& token : tokens) {
    if (is_credible(token.created, now, earliest)) continue;
    token.created = kZeroInstant;
    token.created_text.clear();
  }
}

}  // namespace hookplan
