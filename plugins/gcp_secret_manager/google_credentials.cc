// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/google_credentials.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/json_view.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

Error unusable(std::string_view name, std::string_view why, std::string hint) {
  return fail(Code::store_credential, "{}: {}", printable(name), why).hint(std::move(hint));
}

Error lacks(std::string_view name, std::string_view field) {
  return unusable(name, fmt::format("it has no {}", field),
                  "take the file as Google gave it, whole");
}

// The key of a service account, or a token of the job, is sent there.
bool is_safe_url(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") ||
         url.starts_with("http://localhost:");
}

Result<GoogleCredentials> of_service_account(const JsonView& json, std::string_view name) {
  const JsonView* const pem = json.find("private_key");
  const std::optional<Secret> text = pem == nullptr ? std::nullopt : pem->secret();
  if (!text) return lacks(name, "private_key");
  TRY(Rs256Key key, Rs256Key::from_pem(*text, name, "take the key file as Google gave it, whole"));
  ServiceAccountKey account{json.text_of("client_email"), json.text_of("private_key_id"),
                            std::move(key)};
  if (account.email.empty()) return lacks(name, "client_email");
  GoogleCredentials credentials;
  credentials.token_url = json.text_of("token_uri");
  credentials.who = "service account " + excerpt(account.email);
  credentials.key = std::move(account);
  return credentials;
}

Result<FederatedIdentity> identity_of(const JsonView& json, std::string_view name) {
  FederatedIdentity identity;
  identity.audience = json.text_of("audience");
  identity.token_type = json.text_of("subject_token_type");
  identity.impersonation = json.text_of("service_account_impersonation_url");
  const JsonView* const source = json.find("credential_source");
  if (identity.audience.empty()) return lacks(name, "audience");
  if (source == nullptr) return lacks(name, "credential_source");
  identity.file = source->text_of("file");
  const std::string url = source->text_of("url");
  if (identity.file.empty() == url.empty()) {
    return unusable(name, "its credential_source is neither a file nor a URL",
                    "hookplan runs no program for it and knows no AWS: make the configuration for "
                    "OIDC with a file or a URL");
  }
  identity.url = Secret::copy_of(url);
  if (const JsonView* const headers = source->find("headers")) {
    for (const auto& [header, value] : headers->members())
      identity.headers[ascii_lower(header)] = value.secret().value_or(Secret());
  }
  const JsonView* const format = source->find("format");
  if (format != nullptr && format->text_of("type") == "json")
    identity.field = format->text_of("subject_token_field_name");
  if (!url.empty() && !is_safe_url(url)) {
    return unusable(name, "the URL of its credential_source is not https", "use https");
  }
  if (!identity.impersonation.empty() && !is_safe_url(identity.impersonation)) {
    return unusable(name, "its service_account_impersonation_url is not https", "use https");
  }
  return identity;
}

Result<GoogleCredentials> of_federation(const JsonView& json, std::string_view name) {
  TRY(FederatedIdentity identity, identity_of(json, name));
  GoogleCredentials credentials;
  credentials.token_url = json.text_of("token_url");
  credentials.who = "workload identity " + excerpt(identity.audience);
  credentials.identity = std::move(identity);
  return credentials;
}

Result<GoogleCredentials> credentials_in(const JsonView& json, std::string_view name) {
  const std::string type = json.text_of("type");
  if (type == "service_account") return of_service_account(json, name);
  if (type == "external_account") return of_federation(json, name);
  return unusable(name,
                  type.empty()
                      ? "it is not a file with credentials of Google"
                      : fmt::format("credentials of type {} are not known here", excerpt(type)),
                  "name the key file of a service account, or a configuration of workload identity "
                  "federation");
}

}  // namespace

Result<GoogleCredentials> google_credentials(const Secret& json, std::string_view name) {
  return json.reveal([&](std::string_view text) -> Result<GoogleCredentials> {
    const std::optional<JsonView> view = JsonView::of(text);
    if (!view) return unusable(name, "it is not JSON", "take the file as Google gave it, whole");
    TRY(GoogleCredentials credentials, credentials_in(*view, name));
    if (is_safe_url(credentials.token_url)) return credentials;
    return unusable(name, "where it gets tokens is not an https URL",
                    "take the file as Google gave it, whole");
  });
}

}  // namespace hookplan
