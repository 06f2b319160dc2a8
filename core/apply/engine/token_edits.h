// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/apply/engine/goal.h"
#include "core/apply/engine/token_age.h"
#include "core/apply/engine/token_copies.h"
#include "core/ports/ledger.h"
#include "core/ports/receiver.h"
#include "core/ports/token.h"
#include "core/ports/token_store.h"

namespace hookplan {

// The rules by which a store's tokens change. They are functions of what the store holds, so that a
// write that came too late is simply worked out again.

// Tokens that were minted in this run, by entry: a second look at the store mints no second token.
using MintedTokens = std::map<std::string, Secret, std::less<>>;

// Whether ensure_token() adds a token for the goal.
bool will_mint(const TokenMap& tokens, const Goal& goal, const ReceiverTraits& receiver,
               const AgeRules& rules);

// Adds what `goal` needs before its hook may be touched: a minted token beside those that are there
// (for receivers that take only one: in their place), and all that the receiver accepts for the
// entry now, where the entry is new and would hide it. The ledger learns what is unfinished.
// `minted`: the token if one is to be added; null pointer: those that are there must do for now.
void ensure_token(StoreEdit& edit, const Goal& goal, const ReceiverTraits& receiver,
                  const Secret* minted, const AgeRules& rules, std::chrono::seconds overlap);

// What the ledger knows of a rotation of the entry, by whatever spelling, that brought its newest
// token. Null pointer: nothing.
const LedgerEntry* rotation_under_way(const Ledger& ledger, const Goal& goal);

// Superseded tokens of it must still count: its hook may sign with them, or what it sent may not
// have arrived yet.
bool is_in_overlap(const LedgerEntry& entry, Instant now, std::chrono::seconds overlap);

// Until when. REQUIRES: entry.reached.
Instant overlap_end(const LedgerEntry& entry, std::chrono::seconds overlap);

// The entry is to lose its hook: the ledger says so from now on, until it is gone.
void begin_removal(StoreEdit& edit, const Goal& goal, std::chrono::seconds overlap);

// Tokens of a spelling go to the one that it is to replace, for as long as nobody knows which of
// them deliveries carry: they are one hook, which signs with the tokens of the new one.
// `takes_many`: whether the receiver of a route takes several tokens for a name.
void lend_to_old_spellings(StoreEdit& edit, const std::function<bool(const Route&)>& takes_many);

// The hook of the entry is gone: what there is of tokens goes once the overlap has passed.
void give_up(StoreEdit& edit, const Goal& goal, Instant now, std::chrono::seconds overlap);

// Whether superseded tokens of the entry may go now; of a removed entry, all that it leaves. What
// its plan promised may be longer than `overlap`, and then counts.
bool is_due(const LedgerEntry& entry, Instant now, std::chrono::seconds overlap);

// Drops what is superseded in the entry. Only what the ledger lists goes, and nothing at all unless
// the newest token is the one that the ledger knows. A token that the entry shares with one that it
// hides stays for as long as that one has it.
void drop_superseded(StoreEdit& edit, const std::string& entry, const ReceiverTraits& receiver);

// The tokens whose hooks are to go with them, for receivers that have a hook for each token.
std::vector<const Token*> superseded_tokens(const TokenMap& tokens, const std::string& entry,
                                            const LedgerEntry& record);

}  // namespace hookplan
