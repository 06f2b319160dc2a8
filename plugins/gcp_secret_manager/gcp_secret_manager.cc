// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/settings_fields.h"
#include "plugins/gcp_secret_manager/secret_manager_store.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// The address itself and not its name: whoever answers for the name could hand out tokens.
constexpr std::string_view kMetadataServer = "169.254.169.254";
constexpr std::string_view kApi = "https://secretmanager.googleapis.com";
constexpr std::string_view kLedgerEnd = "-ledger";

constexpr std::string_view kSmallAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

bool consists_of(std::string_view text, std::string_view characters, std::size_t most) {
  return text.size() <= most && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string problem_with_project(std::string_view project) {
  // A number, an id, or one with the domain of an organization before it.
  const std::string characters = std::string(kSmallAndDigits) + "-.:";
  if (consists_of(project, characters, 100) && project.front() != '-' && project.front() != '.')
    return {};
  return "is not the id of a project";
}

std::string problem_with_location(std::string_view location) {
  if (consists_of(location, std::string(kSmallAndDigits) + "-", 63)) return {};
  return "is not a location, such as europe-west1";
}

std::string problem_with_secret(std::string_view secret) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (consists_of(secret, kCharacters, 255 - kLedgerEnd.size())) return {};
  return "is not a name that Secret Manager allows";
}

constexpr auto kFields = std::to_array<FieldSpec>({
    {"project", FieldKind::text, FieldUse::identity, true, "of the secret, by its id",
     problem_with_project},
    {"secret", FieldKind::text, FieldUse::identity, true,
     "its name; it must be there and may be without a version", problem_with_secret},
    {"ledger", FieldKind::text, FieldUse::identity, false,
     "another secret of the project, which must be there, for the ledger; default: SECRET-ledger",
     problem_with_secret},
    {"location", FieldKind::text, FieldUse::identity, false, "of a regional secret",
     problem_with_location},
    {"api", FieldKind::url, FieldUse::identity, false,
     "default: https://secretmanager.googleapis.com, or that of the location"},
    {"refresh", FieldKind::duration, FieldUse::access, false,
     "how long the operator that copies it to the receiver may take; default: 1h; 0s: none does"},
    {"credentials", FieldKind::secret_source, FieldUse::access, false,
     "a key file, or the configuration of workload identity federation; without it, the service "
     "account of the machine or pod"},
});

// What `hookplan help settings` prints.
constexpr std::string_view kRole = R"(title: hookplan
includedPermissions:
- secretmanager.secrets.get
- secretmanager.secrets.update
- secretmanager.versions.access
- secretmanager.versions.add
- secretmanager.versions.disable
- secretmanager.versions.destroy
)";

Result<GoogleCredentials> credentials_of(const Part& part, const PluginWorld& world) {
  const std::string_view text = part.field("credentials");
  if (text.empty()) {
    GoogleCredentials credentials;
    credentials.who = "the service account of this machine";
    return credentials;
  }
  // Read here and not at the first request: what is missing is to be known before anything is
  // changed anywhere.
  TRY(const SecretSource source, secret_source("credentials", text));
  TRY(const Secret json, world.secret(source));
  return google_credentials(json, text);
}

GooglePlace google_place(const Part& part) {
  const std::string_view location = part.field("location");
  std::string api(part.field("api"));
  if (api.empty())
    api = location.empty() ? std::string(kApi)
                           : fmt::format("https://secretmanager.{}.rep.googleapis.com", location);
  while (api.ends_with('/')) api.pop_back();
  return {std::move(api), std::string(part.field("project")), std::string(location)};
}

Result<std::unique_ptr<TokenStore>> make_secret_manager(const Part& part, const TokenFormat& format,
                                                        const PluginWorld& world) {
  TRY_VOID(check_fields(part, kFields));
  SecretManagerStore::Place place{std::string(part.field("secret")),
                                  std::string(part.field("ledger"))};
  if (place.ledger.empty()) place.ledger = place.secret + std::string(kLedgerEnd);
  if (place.ledger == place.secret) {
    return fail(Code::settings_bad_value, "ledger {} is the secret with the tokens",
                excerpt(place.ledger))
        .field("ledger")
        .hint("an operator copies that secret as a whole: name another one");
  }
  TRY(GoogleCredentials credentials, credentials_of(part, world));
  // As Google's own libraries have it.
  std::string metadata =
      world.environment("GCE_METADATA_HOST").value_or(std::string(kMetadataServer));
  auto api = std::make_unique<SecretManagerApi>(google_place(part), std::move(credentials),
                                                std::move(metadata), world.http, world.clock);
  return std::unique_ptr<TokenStore>(std::make_unique<SecretManagerStore>(
      std::move(place), format, std::move(api), world.clock,
      duration_from_text(part.field("refresh")).value_or(std::chrono::hours{1})));
}

constexpr auto kStores = std::to_array<StorePlugin>({
    {{PartKind::store, "gcp-secret-manager",
      "a secret in Google's Secret Manager, with a second one for the ledger (role below)", kFields,
      nullptr, kRole},
     make_secret_manager},
});

}  // namespace

extern const Plugin kGcpSecretManagerPlugin = {{}, {}, kStores};

}  // namespace hookplan
