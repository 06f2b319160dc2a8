// SPDX-License-Identifier: Apache-2.0
#include "core/ports/token.h"

#include <algorithm>
#include <cstddef>

#include "core/base/random.h"
#include "core/base/text.h"

namespace hookplan {

Token Token::clone() const { return {value.clone(), created, created_text}; }

TokenList clone(const TokenList& tokens) {
  TokenList copy;
  copy.reserve(tokens.size());
  for (const Token& token : tokens) copy.push_back(token.clone());
  return copy;
}

TokenMap clone(const TokenMap& tokens) {
  TokenMap copy;
  for (const auto& [entry, list] : tokens) copy.emplace_hint(copy.end(), entry, clone(list));
  return copy;
}

const Token* newest(const TokenList& tokens) {
  // max_element gives the first of equal ones.
  const auto found = std::ranges::max_element(tokens, {}, &Token::created);
  return found == tokens.end() ? nullptr : &*found;
}

Instant newest_of(const TokenMap& tokens) {
  Instant last = kZeroInstant;
  for (const auto& [entry, list] : tokens) {
    for (const Token& token : list) last = std::max(last, token.created);
  }
  return last;
}

bool protects_nothing(const Token& token) {
  return token.value.reveal([](std::string_view text) {
    while (!text.empty()) {
      const DecodedCharacter c = decode_utf8(text);
      if (c.size == 0 || (c.value != U' ' && !is_deceptive(c.value))) return false;
      text.remove_prefix(c.size);
    }
    return true;
  });
}

Secret mint_hex_token() {
  constexpr std::size_t kTokenBytes = 20;
  return random_hex(kTokenBytes);
}

bool same_value(const Token& one, const Token& other) {
  return one.value.reveal([&](std::string_view a) {
    return other.value.reveal([&](std::string_view b) {
      if (a.size() != b.size()) return false;
      unsigned char difference = 0;
      for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i] ^ b[i]);
      return difference == 0;
    });
  });
}

bool same_tokens(const TokenList& one, const TokenList& other) {
  return std::ranges::equal(one, other, [](const Token& a, const Token& b) {
    return a.created == b.created && same_value(a, b);
  });
}

bool same_tokens(const TokenMap& one, const TokenMap& other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.first == b.first && same_tokens(a.second, b.second);
  });
}

}  // namespace hookplan
