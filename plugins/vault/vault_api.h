// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/base/result.h"
#include "core/ports/outside.h"
#include "plugins/http/http_client.h"
#include "plugins/vault/kv_secret.h"
#include "plugins/vault/vault_error.h"
#include "plugins/vault/vault_login.h"

namespace hookplan {

// One secret of a KV version 2 engine over Vault's API: what a policy with `read` and `update` on
// MOUNT/data/PATH allows, and nothing else. Each call ends within kMaxCallTime, times the few tries
// that a busy server asks for. Errors are those of vault_error.h and of HttpClient.
class VaultApi {
 public:
  static constexpr std::chrono::seconds kMaxCallTime{15};

  // REQUIRES: client and clock live longer.
  VaultApi(KvPlace place, std::string key, VaultServer server, VaultAuth auth, HttpClient& http,
           Clock& clock);

  const KvPlace& place() const { return place_; }
  const std::string& address() const { return login_.server().address; }
  AskedOfVault asked(bool is_write) const { return {place_, address(), key_, is_write}; }

  // The newest version; HP8011 if its data is gone.
  Result<KvSecret> get();
  // Makes a new version of that data, if the newest one still has that number.
  Result<void> put(const Secret& data, const std::string& number);

 private:
  Result<HttpResponse> send(const Secret* body);
  Result<HttpResponse> send_once(const Secret* body);

  KvPlace place_;
  std::string key_;
  VaultLogin login_;
  HttpClient& http_;
  Clock& clock_;
  // How far a node must be with what others wrote, before it may answer: of our last write.
  std::string index_ = {};
};

}  // namespace hookplan
