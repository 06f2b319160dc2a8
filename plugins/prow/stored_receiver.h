// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ports/receiver.h"
#include "core/ports/token_store.h"

namespace hookplan {

// Prow's hook without asking it: accepts what it would accept as soon as it has read the store. For
// receivers that read the very file and cannot be reached from here; that they have read it is not
// proven.
class StoredReceiver final : public Receiver {
 public:
  // REQUIRES: `store` lives longer.
  explicit StoredReceiver(TokenStore& store) : store_(store) {}

  Result<Secret> mint(std::string_view entry) override;
  Secret url_of(const Route& route, const Token& token) const override;
  Result<bool> accepts(const Hook& hook, const Token& token) override;

 private:
  TokenStore& store_;
  std::optional<StoreContents> seen_;
};

}  // namespace hookplan
