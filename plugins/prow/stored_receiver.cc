// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/stored_receiver.h"

#include <algorithm>

#include "core/ports/fallback.h"

namespace hookplan {

Result<Secret> StoredReceiver::mint(std::string_view /*entry*/) { return mint_hex_token(); }

Secret StoredReceiver::url_of(const Route& route, const Token& /*token*/) const {
  return Secret::copy_of(route.url());
}

Result<bool> StoredReceiver::accepts(const Hook& hook, const Token& token) {
  TRY(const std::string version, store_.version());
  if (!seen_ || seen_->version != version) {
    TRY(StoreContents stored, store_.read());
    seen_.emplace(std::move(stored));
  }
  const TokenList* const tokens =
      accepted_tokens(seen_->tokens, FallbackRule::organization_then_global, hook.entry);
  return tokens != nullptr && std::ranges::any_of(*tokens, [&](const Token& accepted) {
           return same_value(accepted, token);
         });
}

}  // namespace hookplan
