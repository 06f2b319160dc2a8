// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

// A ledger and the tokens beside which it counts.
struct LedgerRecord {
  // SHA-256 of the token document. Whoever can read it can read the tokens, too: the ledger file
  // is as private as the token file and lies beside it. So nothing is gained by hiding it.
  std::string document = {};
  std::string ledger = {};  // as to_json(Ledger) writes it
};

// What the ledger file holds: nothing, the record that counts, or that one and the one that takes
// its place at the moment the new token file does. So one rename commits both files.
using LedgerRecords = std::vector<LedgerRecord>;

std::string ledger_file_text(const LedgerRecords& records);

// Refuses (kind `token_document`) what it would not have written itself. The ledgers are not looked
// into.
Result<LedgerRecords> read_ledger_file(std::string_view text, std::string_view path);

// The record that counts beside this document; null pointer if there is none. If none fits, people
// have edited the document by hand; then the one counts that was committed last, because what is
// unfinished must not be forgotten. Of two that is the first as long as the token file of the
// second still waits (`is_next_waiting`) for its rename.
const LedgerRecord* current_record(const LedgerRecords& records, std::string_view document,
                                   bool is_next_waiting);

}  // namespace hookplan
