// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/settings_fields.h"
#include "plugins/plugin.h"
#include "plugins/vault/vault_store.h"

namespace hookplan {
namespace {

constexpr std::string_view kServiceAccountToken =
    "/var/run/secrets/kubernetes.io/serviceaccount/token";
constexpr std::string_view kLettersAndDigits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool has_only(std::string_view text, std::string_view marks) {
  return text.find_first_not_of(std::string(kLettersAndDigits).append(marks)) ==
         std::string_view::npos;
}

// They become part of a URL. Vault takes more, but nothing that ends with a period.
std::string problem_with_vault_path(std::string_view path) {
  constexpr std::size_t kMax = 512;
  const std::string slashed = fmt::format("/{}/", path);
  if (path.size() > kMax || !has_only(path, "-_.~@+=:/"))
    return "has more than letters, digits, slashes and -_.~@+=: in it";
  if (slashed.find("//") != std::string::npos) return "has a slash too many";
  if (slashed.find("./") != std::string::npos) return "has a part that ends with a period";
  return {};
}

std::string problem_with_vault_key(std::string_view key) {
  constexpr std::size_t kMax = 200;
  if (key.size() <= kMax && has_only(key, "-_.")) return {};
  return "has more than letters, digits and -_. in it";
}

struct MethodName {
  std::string_view name;
  VaultAuth::Method method;
};
constexpr auto kMethods = std::to_array<MethodName>({{"token", VaultAuth::Method::token},
                                                     {"approle", VaultAuth::Method::approle},
                                                     {"kubernetes", VaultAuth::Method::kubernetes},
                                                     {"jwt", VaultAuth::Method::jwt}});

std::string problem_with_method(std::string_view name) {
  for (const MethodName& each : kMethods) {
    if (each.name == name) return {};
  }
  return "is not a way to log in; there are token, approle, kubernetes and jwt";
}

constexpr auto kFields = std::to_array<FieldSpec>({
    {"address", FieldKind::url, FieldUse::identity, true,
     "of the active node or the cluster: https://vault.example.com:8200"},
    {"namespace", FieldKind::text, FieldUse::identity, false, "of the mount, if it is in one",
     problem_with_vault_path},
    {"mount", FieldKind::text, FieldUse::identity, true, "of a KV engine, version 2",
     problem_with_vault_path},
    {"path", FieldKind::text, FieldUse::identity, true, "of the secret below it; it must be there",
     problem_with_vault_path},
    {"key", FieldKind::text, FieldUse::identity, true,
     "with the tokens; it must be there and may be empty; the ledger is in KEY.ledger beside it",
     problem_with_vault_key},
    {"refresh", FieldKind::duration, FieldUse::access, false,
     "how long the operator that copies it to the receiver may take; default: 1h; 0s: none does"},
    {"auth", FieldKind::text, FieldUse::access, false,
     "token, approle, kubernetes or jwt; default: token", problem_with_method},
    {"token", FieldKind::secret_source, FieldUse::access, false, "for auth: token"},
    {"role", FieldKind::text, FieldUse::access, false,
     "for auth: kubernetes or jwt; for approle its role id"},
    {"secret_id", FieldKind::secret_source, FieldUse::access, false,
     "for auth: approle, unless the role needs none"},
    {"jwt", FieldKind::secret_source, FieldUse::access, false,
     "for auth: jwt, such as the id token of a CI job"},
    {"service_account", FieldKind::path, FieldUse::access, false,
     "for auth: kubernetes, the file with the token of the pod, if it is not the usual one"},
    {"auth_mount", FieldKind::text, FieldUse::access, false,
     "of the auth method; default: its name", problem_with_vault_path},
    {"ca", FieldKind::path, FieldUse::access, false,
     "a PEM file with the authorities of the server, instead of the system's"},
});

// What `hookplan help settings` prints.
constexpr std::string_view kPolicy = R"(path "MOUNT/data/PATH" {
  capabilities = ["read", "update"]
}
)";

Error no_login(const Part& part, std::string_view auth, std::string_view missing) {
  return fail(Code::store_credential, "the store {} has no {} for auth: {}",
              printable(part.field("path")), missing, auth)
      .field(missing);
}

Result<Secret> secret_in(const Part& part, std::string_view field, const PluginWorld& world) {
  TRY(const SecretSource source, secret_source(field, part.field(field)));
  TRY(const Secret secret, world.secret(source));
  return secret.trimmed();
}

// Secrets are read here and not at the first request: what is missing is to be known before
// anything is changed anywhere.
Result<VaultAuth> auth_of(const Part& part, const PluginWorld& world) {
  using Method = VaultAuth::Method;
  const std::string_view name = part.field("auth").empty() ? "token" : part.field("auth");
  VaultAuth auth;
  for (const MethodName& each : kMethods) {
    if (each.name == name) auth.method = each.method;
  }
  const std::string_view mount = part.field("auth_mount");
  auth.mount = mount.empty() ? name : mount;
  auth.role = part.field("role");
  if (auth.method == Method::token) {
    if (part.field("token").empty()) return no_login(part, name, "token");
    TRY(auth.secret, secret_in(part, "token", world));
    auth.who = fmt::format("the token of {}", printable(part.field("token")));
    return auth;
  }
  if (auth.role.empty()) return no_login(part, name, "role");
  auth.who = fmt::format("role {} of auth/{}", excerpt(auth.role), auth.mount);
  if (auth.method == Method::kubernetes) {
    const std::string_view file = part.field("service_account");
    auth.file = file.empty() ? kServiceAccountToken : file;
    return auth;
  }
  const std::string_view field = auth.method == Method::jwt ? "jwt" : "secret_id";
  if (!part.field(field).empty()) {
    TRY(auth.secret, secret_in(part, field, world));
  } else if (auth.method == Method::jwt) {
    return no_login(part, name, field);
  }
  return auth;
}

Result<VaultServer> server_of(const Part& part) {
  constexpr std::size_t kMaxAuthorities = std::size_t{1} << 20;
  std::string_view address = part.field("address");
  while (address.ends_with('/')) address.remove_suffix(1);
  VaultServer server{std::string(address), std::string(part.field("namespace")), nullptr};
  if (part.field("ca").empty()) return server;
  Tls tls;
  TRY(tls.authorities, read_file(std::string(part.field("ca")), kMaxAuthorities));
  server.tls = std::make_shared<const Tls>(std::move(tls));
  return server;
}

Result<std::unique_ptr<TokenStore>> make_vault(const Part& part, const TokenFormat& format,
                                               const PluginWorld& world) {
  TRY_VOID(check_fields(part, kFields));
  TRY(VaultServer server, server_of(part));
  TRY(VaultAuth auth, auth_of(part, world));
  KvPlace place{std::string(part.field("namespace")), std::string(part.field("mount")),
                std::string(part.field("path"))};
  std::string key(part.field("key"));
  auto api = std::make_unique<VaultApi>(std::move(place), key, std::move(server), std::move(auth),
                                        world.http, world.clock);
  return std::unique_ptr<TokenStore>(std::make_unique<VaultTokenStore>(
      std::move(key), format, std::move(api),
      duration_from_text(part.field("refresh")).value_or(std::chrono::hours{1})));
}

constexpr auto kStores = std::to_array<StorePlugin>({
    {{PartKind::store, "vault",
      "a key of a secret in Vault or OpenBao (KV version 2), with read and update on it (policy "
      "below)",
      kFields, nullptr, kPolicy},
     make_vault},
});

}  // namespace

extern const Plugin kVaultPlugin = {{}, {}, kStores};

}  // namespace hookplan
