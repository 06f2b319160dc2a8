// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/json.h"
#include "core/base/json_view.h"
#include "core/ports/token_store.h"
#include "plugins/prow/token_document.h"
#include "tests/unit/plugins/http/peer_server.h"

namespace hookplan {

extern const Plugin kVaultPlugin;

inline constexpr const char* kVaultOldToken = "0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0";
inline constexpr const char* kVaultNewToken = "n3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn";

// A Vault with one secret, and stores as the settings make them.
struct VaultWorld {
  PeerServer server{"vault.py"};
  CurlClient http{{.user_agent = "hookplan/test"}};
  ClusterClock clock = {};
  ProwTokenFormat format = {};
  std::map<std::string, std::string> secrets = {{"TOKEN", "hookplan-token"}};
  FieldMap fields = {{"address", server.url()},
                     {"mount", "secret"},
                     {"path", "prow/hmac"},
                     {"key", "hmac"},
                     {"token", "env:TOKEN"}};
  PluginWorld world{http,
                    clock,
                    [](std::string_view) { return std::nullopt; },
                    {},
                    [this](const SecretSource& source) -> Result<Secret> {
                      return Secret::copy_of(secrets.at(source.name));
                    }};

  VaultWorld() { put(document()); }

  static std::string document() {
    return std::string("# by hand\n'o/r':\n- value: ") + kVaultOldToken +
           "\n  created_at: 2025-01-01T00:00:00Z\n";
  }
  void put(const std::string& tokens, const std::string& more = R"("other":"not <ours>")") const {
    JsonWriter json;
    json.string(tokens);
    server.behind("PUT", "secrets/secret/prow/hmac",
                  "{\"hmac\":" + json.take() + (more.empty() ? "" : "," + more) + "}");
  }
  // What the secret has under the key, as JSON; "(none)" if it has no such key.
  std::string data(const std::string& key) const {
    const std::string text = server.behind("GET", "secrets/secret/prow/hmac");
    const auto json = JsonView::of(text);
    REQUIRE(json.has_value());
    const JsonView* const value = json->find(key);
    return value == nullptr ? "(none)" : std::string(value->raw());
  }
  void state(const std::string& told) const { server.behind("PUT", "state", told); }

  Result<std::unique_ptr<TokenStore>> make(const FieldMap& other = {}) {
    Part part{"", "vault", fields};
    for (const auto& [name, value] : other) part.fields[name] = value;
    return kVaultPlugin.stores[0].make(part, format, world);
  }
  std::unique_ptr<TokenStore> store(const FieldMap& other = {}) { return make(other).value(); }

  // Adds a token to o/r and writes what comes of it.
  static Result<void> add_token(TokenStore& store, const StoreContents& read,
                                const std::string& value = kVaultNewToken) {
    TokenMap tokens = clone(read.tokens);
    tokens["o/r"].push_back({Secret::copy_of(value), {1'800'000'000, 0}, {}});
    Ledger ledger = read.ledger;
    ledger.lease =
        Lease{"run-" + value, "process 1", {1, 0}, {1, 0}, {100, 0}, std::chrono::seconds{30}};
    return store.write(tokens, ledger, read.version);
  }
};

}  // namespace hookplan
