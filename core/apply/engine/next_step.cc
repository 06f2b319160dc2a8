// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/next_step.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/apply/engine/token_edits.h"

namespace hookplan {
namespace {

const LedgerEntry* record_of(const Facts& facts) {
  const auto found = facts.ledger.entries.find(facts.goal.entry);
  return found == facts.ledger.entries.end() ? nullptr : &found->second;
}

// What is left to do once the hook is right or gone.
NextStep after_hook(const LedgerEntry& record, const Facts& facts) {
  if (is_due(record, facts.now, facts.overlap)) return {Phase::due, Step::drop_tokens, {}, false};
  return {Phase::settling, {}, overlap_end(record, facts.overlap), false};
}

NextStep towards_removal(const Facts& facts) {
  const LedgerEntry* const record = record_of(facts);
  // What a ledger told of and does not any more, another run has brought to its end.
  if (record == nullptr && (facts.is_plan_finished || facts.goal.is_left_over)) return {};
  const bool is_gone =
      record != nullptr && !record->wanted && record->reached && record->previous_routes.empty();
  return is_gone ? after_hook(*record, facts)
                 : NextStep{Phase::hook_to_go,
                            facts.goal.keeps_hook ? Step::check_name : Step::delete_hook,
                            {},
                            false};
}

NextStep towards_hook(const Facts& facts) {
  const LedgerEntry* const record = record_of(facts);
  // A store that was put back to an older state may lack what the plan brought.
  const bool has_list = facts.tokens.find(facts.goal.entry) != facts.tokens.end();
  if (record == nullptr && facts.is_plan_finished && has_list) return {};
  if (record == nullptr || !record->wanted || !record->reached || !record->previous_routes.empty())
    return {Phase::unproven, Step::await_receiver, {}, false};
  return after_hook(*record, facts);
}

// An earlier rotation is not over. One whose token the store does not hold will never be: the store
// was put back to an older state.
bool has_open_overlap(const Facts& facts) {
  const LedgerEntry* const earlier = rotation_under_way(facts.ledger, facts.goal);
  if (earlier == nullptr || !is_in_overlap(*earlier, facts.now, facts.overlap)) return false;
  return std::ranges::any_of(
      std::array{facts.goal.entry, facts.goal.respelled_from}, [&](const std::string& name) {
        const auto list = facts.tokens.find(name);
        return list != facts.tokens.end() &&
               std::ranges::find(list->second, earlier->token, &Token::created) !=
                   list->second.end();
      });
}

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::needs_token: return "it needs a new token";
    case Phase::unproven: return "its newest token is not proven to be in use";
    case Phase::hook_to_go: return "its hook is to be deleted";
    case Phase::settling: return "superseded tokens stay valid until the overlap has passed";
    case Phase::due: return "superseded tokens can go";
    case Phase::finished: return "nothing is left to do";
  }
  throw std::logic_error("no such phase");
}

NextStep next_step(const Facts& facts) {
  if (!facts.goal.wanted) return towards_removal(facts);
  const AgeRules rules = age_rules(facts.goal, facts.ledger, facts.is_plan_finished, facts.now);
  if (!will_mint(facts.tokens, facts.goal, facts.receiver, rules)) return towards_hook(facts);
  if (!has_open_overlap(facts) || facts.is_emergency)
    return {Phase::needs_token, Step::store_token, {}, false};
  NextStep next = towards_hook(facts);
  next.waits_for_overlap = true;
  return next;
}

}  // namespace hookplan
