// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/ports/ledger.h"
#include "core/ports/token.h"

namespace hookplan {

// What a store holds, and the version under which that may be replaced.
struct StoreContents {
  TokenMap tokens = {};
  bool is_legacy_token = false;  // see TokenDocument
  Ledger ledger = {};
  std::string version = {};
  bool is_edited = false;  // somebody else changed the tokens since the ledger was written
  std::vector<Diagnostic> warnings = {};  // what is odd in the document; never quotes a token
};

// Somebody replaced the tokens by older ones, so that hooks may sign with what is not there any
// more. What people add or take out by hand is none of that.
inline bool was_put_back(const StoreContents& stored) {
  return stored.is_edited && newest_of(stored.tokens) < stored.ledger.newest_token;
}

// Where a receiver's tokens live, with the ledger beside them. Errors of every method have kind
// `unavailable` (it did not happen) or `unknown` (it may have happened), unless said otherwise.
class TokenStore {
 public:
  virtual ~TokenStore() = default;

  // Two stores with one id are one store. Of whatever its place is, in one canonical spelling:
  // "file:/var/lib/prow/hmac.yaml".
  virtual std::string id() const = 0;

  // For people: "file hmac.yaml".
  virtual std::string name() const = 0;

  // How long it may take until the receiver reads what is written here, because an operator copies
  // it to where the receiver is. Zero: nobody has to.
  virtual std::chrono::seconds delay() const { return {}; }

  // A store that is missing is an error: nobody knows then what the receiver accepts. Kind
  // `token_document` if it is there and cannot be understood.
  virtual Result<StoreContents> read() = 0;

  // The version that read() would give now, at little cost.
  virtual Result<std::string> version() = 0;

  // Puts both into the place of what has that version: all of it or nothing. Kind `conflict` if
  // something else is there now. Whatever else the store holds stays.
  virtual Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                             std::string_view version) = 0;
};

}  // namespace hookplan
