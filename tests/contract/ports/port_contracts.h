// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "core/ports/forge.h"
#include "core/ports/receiver.h"
#include "core/ports/token_store.h"

namespace hookplan {

// What core/ports promises, as functions that whoever writes a plugin calls from a TEST_CASE. The
// simulated world is held to them, too: an engine that is proven against it is proven against what
// keeps these promises.

// `open` opens one and the same store each time; it is there and empty.
void token_store_contract(const std::function<std::unique_ptr<TokenStore>()>& open);

struct ForgeCase {
  Forge& forge;
  Hook hook = {};                        // which the forge does not have yet
  std::function<void()> people = [] {};  // do what they are told meanwhile
};
void forge_contract(const ForgeCase& given);

struct ReceiverCase {
  Receiver& receiver;
  Hook hook = {};
  // The receiver accepts these for the entry from now on, and no others.
  std::function<void(const TokenList&)> accept;
};
void receiver_contract(const ReceiverCase& given);

}  // namespace hookplan
