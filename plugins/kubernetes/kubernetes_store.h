// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/token_format.h"
#include "core/ports/token_store.h"
#include "plugins/kubernetes/secret_api.h"

namespace hookplan {

// Tokens in one key of a Secret, and the ledger in another key of it, KEY.ledger, so that one write
// changes both. A version is the Secret's resourceVersion: the API server compares it, so nothing
// is ever written over what was not read. All else in the Secret stays to the byte.
//
// Errors beside those of the port: kind `denied` where the cluster or whoever manages the Secret
// forbids the write for good.
class KubernetesTokenStore final : public TokenStore {
 public:
  struct Place {
    SecretPlace secret = {};
    std::string key = {};
    std::string context = {};  // for people
  };
  // REQUIRES: format, client and clock live longer.
  KubernetesTokenStore(Place place, ClusterAccess access, const TokenFormat& format,
                       HttpClient& http, Clock& clock);

  // Of the API server's address: contexts of one cluster are one store.
  std::string id() const override;
  std::string name() const override;
  Result<StoreContents> read() override;
  Result<std::string> version() override;
  // An answer that was lost is looked for: what is there as it was to be is written.
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override;

 private:
  // Nothing if there is no such key.
  Result<std::optional<Secret>> value_of(const SecretObject& object, std::string_view key) const;
  Result<Secret> document_of(const SecretObject& object) const;
  Result<std::shared_ptr<const SecretObject>> object_of(std::string_view version);
  Result<void> may_write(const SecretObject& object) const;
  Error error(Code code, std::string_view why) const;

  Place place_;
  std::string ledger_key_;
  const TokenFormat& format_;
  SecretApi api_;
  std::shared_ptr<const SecretObject> seen_ =
      nullptr;  // what was read last: its version is its own
};

}  // namespace hookplan
