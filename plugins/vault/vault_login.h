// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ports/outside.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// One Vault, or one OpenBao.
struct VaultServer {
  std::string address = {};  // "https://vault.example.com:8200", no slash at the end
  std::string space = {};    // X-Vault-Namespace; empty: none
  std::shared_ptr<const Tls> tls = nullptr;  // null: as the system has it
};

// A request to that path below /v1/, by nobody yet.
HttpRequest vault_request(const VaultServer& server, const char* method, std::string_view path);

// How to get a token, or the token itself.
struct VaultAuth {
  enum class Method { token, approle, kubernetes, jwt };
  Method method = Method::token;
  std::string mount = {};  // of the auth method: "approle"
  std::string role = {};   // a role, or the role id of an AppRole
  Secret secret = {};      // the token, the secret id (may be empty), or the JSON web token
  std::filesystem::path file = {};  // with a JSON web token that others renew, instead of `secret`
  std::string who = {};             // for people: "role prow of kubernetes"
};

// Logs in, keeps the token alive while it is needed, and gives back what it got when it goes.
class VaultLogin {
 public:
  // REQUIRES: client and clock live longer.
  VaultLogin(VaultServer server, VaultAuth auth, HttpClient& http, Clock& clock);
  VaultLogin(const VaultLogin&) = delete;
  VaultLogin& operator=(const VaultLogin&) = delete;
  // Revokes the tokens of its logins, as far as that can be done in a few seconds.
  ~VaultLogin();

  const VaultServer& server() const { return server_; }
  const std::string& who() const { return auth_.who; }

  // The token that counts now. May log in or renew. Errors: HP8031, HP8032 or those of HttpClient;
  // kind `unknown` never, because a token that nobody has got does nothing.
  Result<void> put_into(HttpRequest& request);

  // The Vault did not take the token (403). Whether another try may bring another one.
  bool forget();

 private:
  struct Held {
    Secret token = {};
    std::chrono::milliseconds since = {};      // by the running clock
    std::optional<std::chrono::seconds> life;  // nothing: no end is known
    bool is_renewable = false;
  };
  using HeldToken = std::shared_ptr<const Held>;

  Result<HeldToken> current();
  Result<HeldToken> first_token();
  Result<HeldToken> log_in();
  Result<HeldToken> look_up();
  // Nothing if it cannot be renewed.
  std::optional<HeldToken> renewed(const Held& held);
  Result<Secret> login_body() const;
  std::optional<std::chrono::milliseconds> left(const Held& held) const;
  Result<HttpResponse> send(HttpRequest request, const Secret* token);
  void revoke_all();

  VaultServer server_;
  VaultAuth auth_;
  HttpClient& http_;
  Clock& clock_;
  HeldToken held_ = nullptr;
  std::vector<HeldToken> got_ = {};  // by logging in; the Vault may still take them
};

}  // namespace hookplan
