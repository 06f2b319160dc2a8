// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/token_format.h"
#include "core/ports/token_store.h"

namespace hookplan {

// What a store holds that keeps tokens and ledger as two values side by side.

// What stands as the second value: the ledger, and the document of tokens beside which it was
// written, so that tokens which somebody else has changed since are noticed.
struct LedgerValue {
  std::string document = {};  // its SHA-256 as hexadecimal digits
  std::string ledger = {};    // as to_json() writes it
};

Secret to_value(const LedgerValue& value);

// Refuses (kind `token_document`, HP8016) what it does not understand in full; `name` is for the
// message.
Result<LedgerValue> read_ledger_value(const Secret& value, std::string_view name);

// The value to put beside this document.
Secret ledger_value_beside(const Secret& document, const Ledger& ledger);

// What both values say; `beside`: null pointer if there is no ledger yet. The version is left open.
Result<StoreContents> contents_of(const Secret& document, const Secret* beside,
                                  const TokenFormat& format, std::string_view name,
                                  std::string_view ledger_name);

// The document for these tokens: the one that is there, as people wrote it, as long as it says the
// same.
Result<Secret> next_document(const Secret& there, const TokenMap& tokens, const TokenFormat& format,
                             std::string_view name);

}  // namespace hookplan
