// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

// What stands under the ledger's key: the ledger, and the document of tokens beside which it was
// written, so that tokens which somebody else has changed since are noticed.
struct LedgerValue {
  std::string document = {};  // its SHA-256 as hexadecimal digits
  std::string ledger = {};    // as to_json() writes it
};

Secret to_value(const LedgerValue& value);

// Refuses (kind `token_document`, HP8016) what it does not understand in full; `name` is for the
// message.
Result<LedgerValue> read_ledger_value(const Secret& value, std::string_view name);

}  // namespace hookplan
