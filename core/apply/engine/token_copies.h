// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/ports/ledger.h"
#include "core/ports/receiver.h"
#include "core/ports/token.h"

namespace hookplan {

// An entry with a list of its own hides those that deliveries were judged by before: its
// organization's, or the global one. What the hooks of those sign with must count for it as well,
// so its list holds copies, of no age, which the ledger knows and which go with their originals.

// What a store is to hold instead.
struct StoreEdit {
  TokenMap tokens = {};
  Ledger ledger = {};
};

bool holds(const TokenList& tokens, const Token& token);

// Whether an entry that this one hides, but for the global one, holds the token: then deliveries of
// that entry's hook need it here as well.
bool is_borrowed(const TokenMap& tokens, const std::string& entry, const Token& token,
                 const ReceiverTraits& receiver);

// The ledger knows whose tokens the list of the entry holds beside its own.
void remember_borrowed(StoreEdit& edit, const std::string& entry, const ReceiverTraits& receiver);

// Neither copies of its tokens nor copies in it: the entry has no list any more.
void forget_copies(Ledger& ledger, const std::string& entry);

// Copies go with their originals, unless they are all that is left there, or the entry's own hook
// may still sign with them: then they go when that is proven not to.
void drop_copies(StoreEdit& edit, const std::string& entry, const Token& original);

// Copies the newest token of each of the entries to all that hide it from deliveries of its hook,
// such as those of an organization's repositories. After ensure_token() of all goals.
// REQUIRES: `entries` is sorted.
void copy_to_hiding_entries(StoreEdit& edit, const std::vector<std::string>& entries,
                            FallbackRule rule);

}  // namespace hookplan
