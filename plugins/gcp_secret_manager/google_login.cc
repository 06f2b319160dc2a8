// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/google_login.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/json_view.h"
#include "core/base/secret_json.h"
#include "core/base/text.h"
#include "plugins/gcp_secret_manager/google_error.h"

namespace hookplan {
namespace {

using std::chrono::seconds;

constexpr seconds kTokenTime{15};
// A call may be on its way for so long, and is not begun with a token that ends before.
constexpr seconds kBeforeEnd{120};
// What a token lasts whose end cannot be read.
constexpr seconds kUsualLife{600};
constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";

HttpRequest request_to(Secret url, const char* method) {
  HttpRequest request;
  request.method = method;
  request.url = std::move(url);
  request.timeout = kTokenTime;
  return request;
}

// RFC 3986, 2.3: everything else is escaped, so that no value ends a field.
void put_escaped(SecretJson& form, std::string_view text) {
  constexpr std::string_view kUnreserved =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved.find(c) != std::string_view::npos) {
      form.raw({&c, 1});
    } else {
      form.raw("%").raw(kHex.substr(byte / 16, 1)).raw(kHex.substr(byte % 16, 1));
    }
  }
}

struct FormField {
  std::string_view name;
  std::string_view value;
};

// application/x-www-form-urlencoded; the last one is the secret.
Secret form_of(std::initializer_list<FormField> fields, std::string_view name,
               const Secret& secret) {
  SecretJson form;
  for (const FormField& field : fields) {
    form.raw(field.name).raw("=");
    put_escaped(form, field.value);
    form.raw("&");
  }
  form.raw(name).raw("=");
  secret.reveal([&](std::string_view bytes) { put_escaped(form, bytes); });
  return form.take();
}

// RFC 7523. The assertion is good for as long as the request may take, and clocks may differ.
std::string claims_of(const ServiceAccountKey& key, std::string_view audience, std::int64_t now) {
  constexpr std::int64_t kBack = 30;
  constexpr std::int64_t kLength = 600;
  JsonWriter json;
  json.begin_object();
  json.key("aud").string(audience);
  json.key("exp").integer(now - kBack + kLength);
  json.key("iat").integer(now - kBack);
  json.key("iss").string(key.email);
  json.key("scope").string(kScope);
  json.end_object();
  return json.take();
}

seconds life_of(const JsonView& json) {
  constexpr std::int64_t kMaxSeconds = std::int64_t{12} * 3600;
  const JsonView* const told = json.find("expires_in");
  const auto number = told == nullptr ? std::nullopt : number_from(told->raw(), 0, kMaxSeconds);
  return number ? seconds{*number} : kUsualLife;
}

}  // namespace

GoogleLogin::GoogleLogin(GoogleCredentials credentials, std::string metadata_host, HttpClient& http,
                         Clock& clock)
    : credentials_(std::move(credentials)),
      metadata_host_(std::move(metadata_host)),
      http_(http),
      clock_(clock) {}

Result<void> GoogleLogin::put_into(HttpRequest& request) {
  HeldToken held = held_;
  if (held == nullptr || held->ends - clock_.running() < kBeforeEnd) {
    TRY(held, ask());
    held_ = held;
  }
  request.credential.value = held->token.clone();
  return {};
}

bool GoogleLogin::forget() { return std::exchange(held_, nullptr) != nullptr; }

Result<GoogleLogin::HeldToken> GoogleLogin::ask() {
  if (credentials_.key) return of_key(*credentials_.key);
  if (credentials_.identity) return of_identity(*credentials_.identity);
  return of_machine();
}

Result<GoogleLogin::HeldToken> GoogleLogin::of_machine() {
  HttpRequest request = request_to(
      Secret::copy_of(fmt::format(
          "http://{}/computeMetadata/v1/instance/service-accounts/default/token", metadata_host_)),
      "GET");
  // Nothing that a web page can make a browser send.
  request.headers["metadata-flavor"] = "Google";
  return token_in(std::move(request), "access_token");
}

Result<GoogleLogin::HeldToken> GoogleLogin::of_key(const ServiceAccountKey& key) {
  const Secret assertion =
      key.key.token_with(claims_of(key, credentials_.token_url, clock_.now().seconds), key.key_id);
  HttpRequest request = request_to(Secret::copy_of(credentials_.token_url), "POST");
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  request.body = form_of({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}},
                         "assertion", assertion);
  return token_in(std::move(request), "access_token");
}

// RFC 8693.
Result<GoogleLogin::HeldToken> GoogleLogin::of_identity(const FederatedIdentity& identity) {
  TRY(const Secret subject, subject_token(identity));
  HttpRequest request = request_to(Secret::copy_of(credentials_.token_url), "POST");
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  request.body = form_of({{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                          {"audience", identity.audience},
                          {"scope", kScope},
                          {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                          {"subject_token_type", identity.token_type}},
                         "subject_token", subject);
  TRY(HeldToken held, token_in(std::move(request), "access_token"));
  if (identity.impersonation.empty()) return held;
  return impersonated(identity, *held);
}

Result<GoogleLogin::HeldToken> GoogleLogin::impersonated(const FederatedIdentity& identity,
                                                         const Held& held) {
  HttpRequest request = request_to(Secret::copy_of(identity.impersonation), "POST");
  request.headers["content-type"] = "application/json";
  request.credential.value = held.token.clone();
  request.body = Secret::copy_of(fmt::format(R"({{"lifetime":"3600s","scope":["{}"]}})", kScope));
  return token_in(std::move(request), "accessToken");
}

Result<Secret> GoogleLogin::subject_token(const FederatedIdentity& identity) {
  constexpr std::size_t kMaxBytes = std::size_t{64} << 10;
  Secret text;
  if (!identity.file.empty()) {
    TRY(std::string bytes, read_file(identity.file, kMaxBytes));
    text = Secret::copy_of(bytes);
    wipe(bytes);
  } else {
    HttpRequest request = request_to(identity.url.clone(), "GET");
    for (const auto& [name, value] : identity.headers) {
      // One that says who asks goes to that host only, like every credential.
      if (name == "authorization") {
        request.credential = {name, "", value.clone()};
      } else {
        request.headers[name] = value.reveal([](std::string_view v) { return std::string(v); });
      }
    }
    const std::string host = host_of(identity.url);
    TRY(HttpResponse answer, send(std::move(request)));
    if (answer.status != 200)
      return error_of_google_login(answer, "the identity of this job", host);
    text = std::move(answer.body);
  }
  if (identity.field.empty()) return text.trimmed();
  std::optional<Secret> token = text.reveal([&](std::string_view all) -> std::optional<Secret> {
    const auto json = JsonView::of(all);
    const JsonView* const member = json ? json->find(identity.field) : nullptr;
    return member == nullptr ? std::nullopt : member->secret();
  });
  if (token) return *std::move(token);
  return fail(Code::store_credential, "{}: what gives its token gives no {}", credentials_.who,
              excerpt(identity.field));
}

Result<GoogleLogin::HeldToken> GoogleLogin::token_in(HttpRequest request, std::string_view member) {
  const std::string host = host_of(request.url);
  Held held{{}, clock_.running()};
  TRY(const HttpResponse answer, send(std::move(request)));
  if (answer.status != 200) return error_of_google_login(answer, credentials_.who, host);
  answer.body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const token = json ? json->find(member) : nullptr;
    if (token == nullptr) return;
    held.token = token->secret().value_or(Secret());
    held.ends += life_of(*json);
  });
  if (!held.token.empty()) return std::make_shared<const Held>(std::move(held));
  return fail(Code::store_unavailable, "{}: {} gave no access token", credentials_.who, host);
}

Result<HttpResponse> GoogleLogin::send(HttpRequest request) {
  Result<HttpResponse> answer = http_.send(std::move(request));
  // A token that nobody has got does nothing.
  if (!answer) return std::move(answer).error().as(ErrorKind::unavailable);
  return answer;
}

}  // namespace hookplan
