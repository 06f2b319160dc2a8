// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/token.h"

namespace hookplan {

// What a document of tokens says.
struct TokenDocument {
  TokenMap tokens = {};
  bool is_legacy_token = false;           // the whole document is one token, which stands under `*`
  std::vector<Diagnostic> warnings = {};  // what is odd in it; never quotes a token
};

// How a receiver wants its tokens written down. A store keeps documents and knows no format; a
// format knows no store.
class TokenFormat {
 public:
  virtual ~TokenFormat() = default;

  // Refuses (kind `token_document`) what the receiver would not read in full: nothing may be
  // written over a document that is not understood. Errors never quote a token. `name` says in
  // errors which document it is.
  virtual Result<TokenDocument> read(const Secret& document, std::string_view name) const = 0;

  // The document for these tokens. An error if the receiver could not read it back as they are.
  virtual Result<Secret> write(const TokenMap& tokens) const = 0;
};

}  // namespace hookplan
