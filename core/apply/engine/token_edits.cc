// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/token_edits.h"

#include <algorithm>
#include <utility>

#include "core/apply/engine/token_copies.h"

namespace hookplan {
namespace {

// As Prow dates what it promotes: just too old, so that it never stands for a token of the entry.
Instant just_before(Instant threshold) {
  if (threshold.seconds <= kZeroInstant.seconds) return kZeroInstant;
  return {threshold.seconds - 1, threshold.nanoseconds};
}

std::vector<Instant> created_of(const TokenList& tokens) {
  std::vector<Instant> created;
  for (const Token& token : tokens) created.push_back(token.created);
  return created;
}

// The tokens that deliveries of the entry are judged by as long as it has no list of its own. All
// of them go on counting, for nobody knows which one its hooks sign with.
TokenList inherited(const TokenMap& tokens, const Goal& goal, const ReceiverTraits& receiver) {
  for (const std::string& entry : fallbacks(receiver.fallback, goal.entry)) {
    const auto found = tokens.find(entry);
    if (found == tokens.end()) continue;
    TokenList list = clone(found->second);
    std::erase_if(list, protects_nothing);
    for (Token& token : list) {
      // A global token is the entry's own until it has another; one of the organization is borrowed
      // for as long as the organization's hook signs with it.
      token.created = entry == kGlobalEntry ? just_before(goal.threshold) : kZeroInstant;
      token.created_text.clear();
    }
    return list;
  }
  return {};
}

TokenList first_list(const TokenMap& tokens, const Goal& goal, const ReceiverTraits& receiver) {
  const auto respelled = tokens.find(goal.respelled_from);
  if (!goal.respelled_from.empty() && respelled != tokens.end()) return clone(respelled->second);
  return inherited(tokens, goal, receiver);
}

// A repository that was renamed or transferred keeps its hook and what that signs with, and its
// deliveries come under the new name from that moment on. Without a date, so that none of them
// stands for a token of the entry and all of them go with the overlap. Where URLs hold the token,
// they hold the old name, too, so the old entry's tokens do it.
void lend_renamed(const TokenMap& tokens, const Goal& goal, const ReceiverTraits& receiver,
                  TokenList& list) {
  if (goal.renamed_from.empty() || receiver.family != ReceiverFamily::many_tokens) return;
  std::vector<std::string> names = fallbacks(receiver.fallback, goal.renamed_from);
  names.insert(names.begin(), goal.renamed_from);
  for (const std::string& name : names) {
    const auto found = name == kGlobalEntry ? tokens.end() : tokens.find(name);
    if (found == tokens.end()) continue;
    for (const Token& token : found->second) {
      if (protects_nothing(token) || holds(list, token)) continue;
      list.push_back(token.clone());
      list.back().created = kZeroInstant;
      list.back().created_text.clear();
    }
    return;
  }
}

Token dated(const Secret& value, Instant threshold, const TokenList& beside, Instant now) {
  Token token;
  token.value = value.clone();
  // It must be newer than the threshold and than every other one whatever the clocks say: both
  // decide later which token counts.
  token.created = std::max(now, next_nanosecond(threshold));
  if (const Token* const last = newest(beside); last != nullptr && token.created <= last->created) {
    token.created = next_nanosecond(last->created);
  }
  return token;
}

LedgerEntry record_of(const Goal& goal, const TokenList& tokens) {
  LedgerEntry record;
  record.wanted = true;
  record.route = *goal.route;
  // Also one at the same place, where each token has a hook of its own.
  record.previous_routes = goal.previous_routes;
  record.plan = goal.plan;
  record.token = newest(tokens)->created;
  return record;
}

// Wherever a hook may be by what was known of the entry before.
void leave_places_of(const LedgerEntry& before, LedgerEntry& record) {
  if (!before.may_have_hook()) return;
  for (const Route& route : before.previous_routes)
    add_place(record.previous_routes, route, record.route);
  add_place(record.previous_routes, before.route, record.route);
}

void write_record(Ledger& ledger, const std::string& entry, LedgerEntry record) {
  ledger.entries.insert_or_assign(entry, std::move(record));
}

}  // namespace

bool will_mint(const TokenMap& tokens, const Goal& goal, const ReceiverTraits& receiver,
               const AgeRules& rules) {
  const auto own = tokens.find(goal.entry);
  if (own != tokens.end()) return needs_token(own->second, goal, rules);
  return needs_token(first_list(tokens, goal, receiver), goal, rules);
}

void ensure_token(StoreEdit& edit, const Goal& goal, const ReceiverTraits& receiver,
                  const Secret* minted, const AgeRules& rules, std::chrono::seconds overlap) {
  const bool is_new = edit.tokens.find(goal.entry) == edit.tokens.end();
  if (is_new) {
    edit.tokens[goal.entry] = first_list(edit.tokens, goal, receiver);
    remember_borrowed(edit, goal.entry, receiver);
  }
  TokenList& tokens = edit.tokens[goal.entry];

  std::vector<Instant> superseded;
  if (minted != nullptr && needs_token(tokens, goal, rules)) {
    lend_renamed(edit.tokens, goal, receiver, tokens);
    // Before the new one gets its date: it could not be newer than the year 9999.
    forget_incredible_dates(tokens, rules.now, goal.threshold);
    superseded = created_of(tokens);
    Token token = dated(*minted, std::max(goal.threshold, rules.superseded), tokens, rules.now);
    if (receiver.family == ReceiverFamily::one_token) tokens.clear();
    tokens.push_back(std::move(token));
  } else {
    // Somebody else minted it, so only what the threshold forbids is known to be too old.
    for (const Token& token : tokens) {
      if (token.created <= goal.threshold) superseded.push_back(token.created);
    }
  }

  LedgerEntry record = record_of(goal, tokens);
  record.overlap = overlap;
  for (const Route& route : goal.ledger_routes)
    add_place(record.previous_routes, route, record.route);
  auto known = edit.ledger.entries.find(goal.entry);
  // Another spelling takes over what is unfinished with the tokens.
  if (known == edit.ledger.entries.end()) known = edit.ledger.entries.find(goal.respelled_from);
  if (known != edit.ledger.entries.end()) {
    const LedgerEntry& before = known->second;
    const bool is_same = before.wanted && before.token == record.token &&
                         before.route == record.route && known->first == goal.entry;
    record.overlap = std::max(record.overlap, before.overlap);
    // Where it led before was left already.
    if (is_same && before.reached && before.plan == record.plan) record.previous_routes.clear();
    // What an earlier run superseded and did not drop yet stays superseded.
    superseded.insert(superseded.end(), before.superseded.begin(), before.superseded.end());
    if (before.wanted && before.token != record.token) superseded.push_back(before.token);
    leave_places_of(before, record);
    for (const Route& route : goal.ledger_routes)
      add_place(record.previous_routes, route, record.route);
    if (is_same && before.previous_routes == record.previous_routes)
      record.reached = before.reached;
  }
  std::ranges::sort(superseded);
  superseded.erase(std::unique(superseded.begin(), superseded.end()), superseded.end());
  std::erase(superseded, record.token);
  record.superseded = std::move(superseded);
  write_record(edit.ledger, goal.entry, std::move(record));
}

void begin_removal(StoreEdit& edit, const Goal& goal, std::chrono::seconds overlap) {
  LedgerEntry record;
  const auto known = edit.ledger.entries.find(goal.entry);
  if (known != edit.ledger.entries.end()) {
    if (!known->second.may_have_hook()) return;
    // Should a newer plan want the entry again, these are still superseded.
    record.superseded = known->second.superseded;
    record.token = known->second.token;
    record.overlap = known->second.overlap;
  }
  record.overlap = std::max(record.overlap, overlap);
  record.wanted = false;
  record.keeps_hook = goal.keeps_hook;
  record.after = goal.after;
  record.renamed_to = goal.renamed_to;
  record.route = *goal.route;
  record.plan = goal.plan;
  for (const std::vector<Route>* const routes : {&goal.previous_routes, &goal.ledger_routes}) {
    for (const Route& route : *routes) add_place(record.previous_routes, route, record.route);
  }
  if (known != edit.ledger.entries.end()) leave_places_of(known->second, record);
  write_record(edit.ledger, goal.entry, std::move(record));
}

void lend_to_old_spellings(StoreEdit& edit, const std::function<bool(const Route&)>& takes_many) {
  for (const auto& [entry, record] : edit.ledger.entries) {
    if (record.wanted || !record.keeps_hook || record.reached) continue;
    const auto old = edit.tokens.find(entry);
    const auto kept = edit.tokens.find(record.after);
    if (old == edit.tokens.end() || kept == edit.tokens.end() || !takes_many(record.route))
      continue;
    for (const Token& token : kept->second) {
      if (!holds(old->second, token)) old->second.push_back(token.clone());
    }
  }
}

void give_up(StoreEdit& edit, const Goal& goal, Instant now, std::chrono::seconds overlap) {
  LedgerEntry record;
  record.overlap = overlap;
  const auto known = edit.ledger.entries.find(goal.entry);
  if (known != edit.ledger.entries.end()) record.overlap = std::max(overlap, known->second.overlap);
  record.wanted = false;
  record.route = goal.route.value_or(Route{});
  record.plan = goal.plan;
  record.reached = now;
  if (const auto found = edit.tokens.find(goal.entry); found != edit.tokens.end()) {
    record.superseded = created_of(found->second);
    std::ranges::sort(record.superseded);
    record.superseded.erase(std::unique(record.superseded.begin(), record.superseded.end()),
                            record.superseded.end());
  }
  write_record(edit.ledger, goal.entry, std::move(record));
}

bool is_due(const LedgerEntry& entry, Instant now, std::chrono::seconds overlap) {
  if (!entry.reached) return false;
  // Of a removed entry deliveries are on their way that another entry's tokens sign.
  if (entry.wanted && entry.superseded.empty()) return true;
  return now >= overlap_end(entry, overlap);
}

Instant overlap_end(const LedgerEntry& entry, std::chrono::seconds overlap) {
  return later(*entry.reached, std::max(overlap, entry.overlap));
}

bool is_in_overlap(const LedgerEntry& entry, Instant now, std::chrono::seconds overlap) {
  if (!entry.wanted || entry.superseded.empty()) return false;
  return !entry.reached || now < overlap_end(entry, overlap);
}

const LedgerEntry* rotation_under_way(const Ledger& ledger, const Goal& goal) {
  for (const std::string& name : {goal.entry, goal.respelled_from}) {
    const auto found = ledger.entries.find(name);
    if (found != ledger.entries.end()) return &found->second;
  }
  return nullptr;
}

void drop_superseded(StoreEdit& edit, const std::string& entry, const ReceiverTraits& receiver) {
  const auto known = edit.ledger.entries.find(entry);
  if (known == edit.ledger.entries.end() || !known->second.reached) return;
  const LedgerEntry record = known->second;
  const auto found = edit.tokens.find(entry);
  if (found != edit.tokens.end()) {
    TokenList& tokens = found->second;
    const Token* const last = newest(tokens);
    if (record.wanted && (last == nullptr || last->created != record.token)) return;
    const auto is_lent = [&](const Token& token) {
      return is_borrowed(edit.tokens, entry, token, receiver);
    };
    const auto goes = [&](const Token& token) {
      return std::ranges::find(record.superseded, token.created) != record.superseded.end() &&
             !is_lent(token);
    };
    for (const Token& token : tokens) {
      if (goes(token)) drop_copies(edit, entry, token);
    }
    std::erase_if(tokens, goes);
    // What another entry still has goes with it.
    for (Token& token : tokens) {
      if (std::ranges::find(record.superseded, token.created) == record.superseded.end()) continue;
      token.created = kZeroInstant;
      token.created_text.clear();
    }
    if (std::ranges::any_of(tokens, is_lent)) remember_borrowed(edit, entry, receiver);
    // A list that holds no more than what it hides is as good as none.
    if (!record.wanted && std::ranges::all_of(tokens, is_lent)) edit.tokens.erase(found);
  }
  if (record.previous_routes.empty()) {
    edit.ledger.entries.erase(entry);
  } else {
    edit.ledger.entries.at(entry).superseded.clear();
  }
  if (edit.tokens.find(entry) == edit.tokens.end()) forget_copies(edit.ledger, entry);
}

std::vector<const Token*> superseded_tokens(const TokenMap& tokens, const std::string& entry,
                                            const LedgerEntry& record) {
  std::vector<const Token*> found;
  const auto list = tokens.find(entry);
  if (list == tokens.end()) return found;
  for (const Token& token : list->second) {
    if (std::ranges::find(record.superseded, token.created) != record.superseded.end())
      found.push_back(&token);
  }
  return found;
}

}  // namespace hookplan
