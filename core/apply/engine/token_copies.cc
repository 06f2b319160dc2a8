// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/token_copies.h"

#include <algorithm>
#include <utility>

namespace hookplan {
namespace {

void remember_copy(Ledger& ledger, const std::string& original, const std::string& entry) {
  ledger.copies[original].insert(entry);
}

}  // namespace

bool holds(const TokenList& tokens, const Token& token) {
  return std::ranges::any_of(tokens, [&](const Token& other) { return same_value(other, token); });
}

bool is_borrowed(const TokenMap& tokens, const std::string& entry, const Token& token,
                 const ReceiverTraits& receiver) {
  return std::ranges::any_of(fallbacks(receiver.fallback, entry), [&](const std::string& hidden) {
    const auto list = tokens.find(hidden);
    return hidden != kGlobalEntry && list != tokens.end() && holds(list->second, token);
  });
}

void forget_copies(Ledger& ledger, const std::string& entry) {
  ledger.copies.erase(entry);
  for (auto& [original, copies] : ledger.copies) copies.erase(entry);
  std::erase_if(ledger.copies, [](const auto& copies) { return copies.second.empty(); });
}

void remember_borrowed(StoreEdit& edit, const std::string& entry, const ReceiverTraits& receiver) {
  for (const std::string& hidden : fallbacks(receiver.fallback, entry)) {
    const auto list = edit.tokens.find(hidden);
    if (hidden == kGlobalEntry || list == edit.tokens.end()) continue;
    const bool lends = std::ranges::any_of(
        list->second, [&](const Token& token) { return holds(edit.tokens[entry], token); });
    if (lends) remember_copy(edit.ledger, hidden, entry);
  }
}

void drop_copies(StoreEdit& edit, const std::string& entry, const Token& original) {
  const auto copies = edit.ledger.copies.find(entry);
  if (copies == edit.ledger.copies.end()) return;
  for (const std::string& hiding : copies->second) {
    const auto list = edit.tokens.find(hiding);
    if (list == edit.tokens.end() || hiding == entry) continue;
    const Token* const last = newest(list->second);
    if (last == nullptr || last->created == kZeroInstant) continue;
    const auto record = edit.ledger.entries.find(hiding);
    if (record != edit.ledger.entries.end() && record->second.wanted) {
      std::vector<Instant>& superseded = record->second.superseded;
      if (std::ranges::find(superseded, kZeroInstant) == superseded.end())
        superseded.insert(superseded.begin(), kZeroInstant);
      continue;
    }
    std::erase_if(list->second, [&](const Token& copy) {
      return copy.created == kZeroInstant && same_value(copy, original);
    });
  }
}

void copy_to_hiding_entries(StoreEdit& edit, const std::vector<std::string>& entries,
                            FallbackRule rule) {
  for (auto& [hiding, list] : edit.tokens) {
    for (const std::string& hidden : fallbacks(rule, hiding)) {
      if (!std::ranges::binary_search(entries, hidden)) continue;
      const auto own = edit.tokens.find(hidden);
      const Token* const token = own == edit.tokens.end() ? nullptr : newest(own->second);
      if (token == nullptr || protects_nothing(*token) || holds(list, *token)) continue;
      Token copy = token->clone();
      // Of no age, so that it is never taken for a token of that entry's own hook.
      copy.created = kZeroInstant;
      copy.created_text.clear();
      list.push_back(std::move(copy));
      remember_copy(edit.ledger, hidden, hiding);
    }
  }
}

}  // namespace hookplan
