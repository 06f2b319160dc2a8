// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/ports/token_format.h"
#include "core/ports/token_store.h"
#include "plugins/vault/vault_api.h"

namespace hookplan {

// Tokens in one key of a secret, and the ledger in another key of it, KEY.ledger, so that one new
// version of the secret changes both. Vault compares the number of the version that was read
// (check-and-set), whether the mount demands it or not. All other keys stay as they are.
//
// Errors beside those of the port: kind `denied` where a policy or whoever manages the secret
// forbids the write for good.
class VaultTokenStore final : public TokenStore {
 public:
  // `delay`: see TokenStore. REQUIRES: the format lives longer.
  VaultTokenStore(std::string key, const TokenFormat& format, std::unique_ptr<VaultApi> api,
                  std::chrono::seconds delay);

  std::string id() const override;
  std::string name() const override;
  std::chrono::seconds delay() const override { return delay_; }
  Result<StoreContents> read() override;
  Result<std::string> version() override;
  // An answer that was lost is looked for: what is there as it was to be is written.
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override;

 private:
  Result<Secret> document_of(const KvSecret& secret) const;
  Result<std::shared_ptr<const KvSecret>> secret_of(std::string_view version);
  Result<void> may_write(const KvSecret& secret) const;
  Error error(Code code, std::string_view why) const;

  std::string key_;
  std::string ledger_key_;
  const TokenFormat& format_;
  std::unique_ptr<VaultApi> api_;
  std::chrono::seconds delay_;
  std::shared_ptr<const KvSecret> seen_ = nullptr;  // what was read last
};

}  // namespace hookplan
