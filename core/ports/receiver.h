// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/fallback.h"
#include "core/ports/forge.h"
#include "core/ports/token.h"
#include "core/ports/token_format.h"

namespace hookplan {

// How a receiver takes a new token; it decides the order of a rotation.
enum class ReceiverFamily {
  token_in_url,  // a new token is a new URL: a second hook, then the first one goes
  many_tokens,   // a URL takes several tokens: new beside old, switch, drop the old
  one_token,     // a URL takes one token: there is a gap, and what fell into it is sent again
};

// What is true of every receiver of a type, so that it can be known without asking one.
struct ReceiverTraits {
  ReceiverFamily family = ReceiverFamily::many_tokens;
  FallbackRule fallback = FallbackRule::none;
  const TokenFormat* format = nullptr;  // of its tokens in a store that keeps documents
};

// The service that gets deliveries.
class Receiver {
 public:
  virtual ~Receiver() = default;

  // A new token for the entry, in the receiver's form. Most are made here; some receivers mint
  // themselves and are asked for it.
  virtual Result<Secret> mint(std::string_view entry) = 0;

  // Where deliveries of the entry go that are signed with the token.
  virtual Secret url_of(const Route& route, const Token& token) const = 0;

  // Whether a delivery of the hook signed with the token would be accepted now. An error (kind
  // `unavailable`) if that cannot be told: HP8111 if it answered all the same, and then other
  // entries may fare better; anything else, and it is taken for down.
  virtual Result<bool> accepts(const Hook& hook, const Token& token) = 0;
};

}  // namespace hookplan
