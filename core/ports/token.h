// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/secret.h"

namespace hookplan {

// One HMAC secret that a receiver accepts.
struct Token {
  Secret value = {};
  Instant created = kZeroInstant;
  std::string created_text = {};  // the same as its store has it; empty for a token that is new

  Token clone() const;
};

// The tokens of one entry, in the order of their store.
using TokenList = std::vector<Token>;

// Tokens by entry; an entry may have none. The entry `*` holds those that count for every
// repository without an entry of its own ("legacy global tokens").
using TokenMap = std::map<std::string, TokenList, std::less<>>;
inline constexpr std::string_view kGlobalEntry = "*";

TokenList clone(const TokenList& tokens);
TokenMap clone(const TokenMap& tokens);

// The token that was created last; of several the first, as Prow's pruning keeps it. Null pointer
// if there is none.
const Token* newest(const TokenList& tokens);

// When the newest of all was created.
Instant newest_of(const TokenMap& tokens);

// Empty, or nothing in it that can be seen: no forge signs with such a key, but a receiver that has
// it accepts whatever anybody signs with it. It is never fresh, and never given to another entry.
bool protects_nothing(const Token& token);

// 40 lower-case hexadecimal digits out of 160 random bits, as Prow makes its tokens.
Secret mint_hex_token();

// The same bytes, in a time that does not depend on where they differ.
bool same_value(const Token& one, const Token& other);

// The same values, created at the same times, in the same order: whatever text they came from.
bool same_tokens(const TokenList& one, const TokenList& other);
bool same_tokens(const TokenMap& one, const TokenMap& other);

}  // namespace hookplan
