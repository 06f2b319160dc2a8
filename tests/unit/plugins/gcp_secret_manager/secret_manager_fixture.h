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

extern const Plugin kGcpSecretManagerPlugin;

// A project with the two secrets, and stores as the settings make them. Tokens for it come from
// the metadata server, unless the settings say otherwise.
struct SecretManagerWorld {
  PeerServer server{"secret_manager.py"};
  CurlClient http{{.user_agent = "hookplan/test"}};
  ClusterClock clock = {};
  ProwTokenFormat format = {};
  std::map<std::string, std::string> secrets = {};
  FieldMap fields = {{"api", server.url()}, {"project", "prow"}, {"secret", "hmac-token"}};
  PluginWorld world{http,
                    clock,
                    [this](std::string_view name) -> std::optional<std::string> {
                      if (name != "GCE_METADATA_HOST") return std::nullopt;
                      return server.url().substr(std::string_view("http://").size());
                    },
                    {},
                    [this](const SecretSource& source) -> Result<Secret> {
                      return Secret::copy_of(secrets.at(source.name));
                    }};

  SecretManagerWorld() {
    add(document("by-hand"));
    server.behind("PUT", "secrets/hmac-token-ledger", "{}");
  }
  static std::string document(const std::string& token) {
    return "# by hand\n'o/r':\n- value: " + token + "\n  created_at: 2025-01-01T00:00:00Z\n";
  }
  // As somebody does who knows nothing of hookplan.
  void add(const std::string& text) const {
    JsonWriter json;
    json.string(text);
    server.behind("PUT", "secrets/hmac-token", "{\"text\":" + json.take() + "}");
  }
  void state(const std::string& told) const { server.behind("PUT", "state", told); }
  // Versions and annotations as JSON.
  std::string shown_secret(const std::string& name = "hmac-token") const {
    return server.behind("GET", "secrets/" + name);
  }
  // "ENABLED DISABLED ..." in the order of the numbers.
  std::string states(const std::string& name = "hmac-token") const {
    const std::string text = shown_secret(name);
    const auto json = JsonView::of(text);
    std::string all;
    for (const JsonView& each : json->find("versions")->items())
      all += (all.empty() ? "" : " ") + each.items().at(1).text();
    return all;
  }
  std::string annotation() const {
    const std::string text = shown_secret();
    const auto json = JsonView::of(text);
    const JsonView* const value = json->find("annotations", "hookplan");
    return value == nullptr ? "" : value->text();
  }

  Result<std::unique_ptr<TokenStore>> make(const FieldMap& other = {}) {
    Part part{"", "gcp-secret-manager", fields};
    for (const auto& [name, value] : other) part.fields[name] = value;
    return kGcpSecretManagerPlugin.stores[0].make(part, format, world);
  }
  std::unique_ptr<TokenStore> store(const FieldMap& other = {}) { return make(other).value(); }

  static Ledger ledger_of(const std::string& run) {
    Ledger ledger;
    ledger.lease = Lease{run, "process 1", {1, 0}, {1, 0}, {100, 0}, std::chrono::seconds{30}};
    return ledger;
  }
  // Adds a token to o/r and writes what comes of it.
  static Result<void> add_token(TokenStore& store, const StoreContents& read,
                                const std::string& value = "fresh") {
    TokenMap tokens = clone(read.tokens);
    tokens["o/r"].push_back({Secret::copy_of(value), {1'800'000'000, 0}, {}});
    return store.write(tokens, ledger_of("run-" + value), read.version);
  }
  static Result<void> take_lease(TokenStore& store, const StoreContents& read,
                                 const std::string& run = "run") {
    return store.write(read.tokens, ledger_of(run), read.version);
  }
  static std::string values(const StoreContents& read) {
    std::string all;
    for (const Token& token : read.tokens.at("o/r"))
      all += (all.empty() ? "" : " ") + shown(token.value);
    return all;
  }
};

}  // namespace hookplan
