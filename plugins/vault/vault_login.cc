// SPDX-License-Identifier: Apache-2.0
#include "plugins/vault/vault_login.h"

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/json_view.h"
#include "core/base/secret_json.h"
#include "core/base/text.h"
#include "plugins/vault/vault_error.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLoginTime{15};
// A call may be on its way for so long, and is not begun with a token that ends before.
constexpr seconds kBeforeEnd{30};

// What a field of `auth` (logins, renewals) or of `data` (look-ups) says in seconds; nothing if it
// is 0, which is how Vault says that there is no end.
std::optional<seconds> life_in(const JsonView& part, std::string_view name) {
  constexpr std::int64_t kMaxSeconds = std::int64_t{100} * 365 * 24 * 3600;
  const JsonView* const value = part.find(name);
  const auto number = value == nullptr ? std::nullopt : number_from(value->raw(), 1, kMaxSeconds);
  if (!number) return std::nullopt;
  return seconds{*number};
}

bool is_true(const JsonView& part, std::string_view name) {
  const JsonView* const value = part.find(name);
  return value != nullptr && value->is_true();
}

// A token that pods are given is readable by others in the pod, so it is not held to what is asked
// of a file that people make.
Result<Secret> web_token_in(const std::filesystem::path& file) {
  constexpr std::size_t kMaxBytes = std::size_t{64} << 10;
  Result<std::string> bytes = read_file(file, kMaxBytes);
  if (!bytes) {
    return fail(Code::store_credential, "cannot read {}", printable(file.string()))
        .at(file.string())
        .hint("a pod has its token there; elsewhere, name another way to log in");
  }
  Secret token = Secret::copy_of(*bytes).trimmed();
  wipe(*bytes);
  return token;
}

}  // namespace

HttpRequest vault_request(const VaultServer& server, const char* method, std::string_view path) {
  HttpRequest request;
  request.method = method;
  request.url = Secret::copy_of(fmt::format("{}/v1/{}", server.address, path));
  // Proxies of Vault may be told to pass on nothing without it, so that no web page can ask them.
  request.headers["x-vault-request"] = "true";
  if (!server.space.empty()) request.headers["x-vault-namespace"] = server.space;
  request.tls = server.tls;
  request.timeout = kLoginTime;
  return request;
}

VaultLogin::VaultLogin(VaultServer server, VaultAuth auth, HttpClient& http, Clock& clock)
    : server_(std::move(server)), auth_(std::move(auth)), http_(http), clock_(clock) {}

VaultLogin::~VaultLogin() {
  try {
    revoke_all();
  } catch (const std::exception&) {  // they end by themselves
  }
}

Result<void> VaultLogin::put_into(HttpRequest& request) {
  TRY(const HeldToken held, current());
  request.credential = {"x-vault-token", "", held->token.clone()};
  return {};
}

bool VaultLogin::forget() {
  if (auth_.method == VaultAuth::Method::token) return false;
  return std::exchange(held_, nullptr) != nullptr;
}

// Others may ask at the same time: whoever is the last has the newest.
Result<VaultLogin::HeldToken> VaultLogin::current() {
  if (const HeldToken held = held_) {
    const auto time_left = left(*held);
    // A third of its life is time enough to try again if a renewal fails.
    const bool is_fresh =
        !time_left || *time_left > std::max<milliseconds>(*held->life / 3, kBeforeEnd);
    if (is_fresh) return held;
    if (held->is_renewable) {
      if (auto next = renewed(*held)) return held_ = *std::move(next);
    }
    if (*time_left > kBeforeEnd) return held;
    if (auth_.method == VaultAuth::Method::token) {
      return fail(Code::store_login, "{}: the token ends in {} s and cannot be renewed", auth_.who,
                  std::max<std::int64_t>(*time_left / seconds{1}, 0));
    }
  }
  TRY(HeldToken fresh, first_token());
  return held_ = std::move(fresh);
}

Result<VaultLogin::HeldToken> VaultLogin::first_token() {
  return auth_.method == VaultAuth::Method::token ? look_up() : log_in();
}

// When a token ends that somebody else has made. A policy may keep it from being told; then it is
// used as it is.
Result<VaultLogin::HeldToken> VaultLogin::look_up() {
  Held held{auth_.secret.clone(), clock_.running(), std::nullopt, false};
  TRY(const HttpResponse answer,
      send(vault_request(server_, "GET", "auth/token/lookup-self"), &auth_.secret));
  if (answer.status == 403 && (says(answer, "invalid token") || says(answer, "bad token")))
    return error_of_login(answer, auth_.who, server_.address);
  answer.body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const data = json ? json->find("data") : nullptr;
    if (answer.status != 200 || data == nullptr) return;
    held.life = life_in(*data, "ttl");
    held.is_renewable = is_true(*data, "renewable");
  });
  return std::make_shared<const Held>(std::move(held));
}

Result<VaultLogin::HeldToken> VaultLogin::log_in() {
  HttpRequest request = vault_request(server_, "POST", fmt::format("auth/{}/login", auth_.mount));
  TRY(request.body, login_body());
  request.headers["content-type"] = "application/json";
  Held held{{}, clock_.running(), std::nullopt, false};
  TRY(const HttpResponse answer, send(std::move(request), nullptr));
  if (answer.status != 200) return error_of_login(answer, auth_.who, server_.address);
  answer.body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const auth = json ? json->find("auth") : nullptr;
    const JsonView* const token = auth == nullptr ? nullptr : auth->find("client_token");
    if (token == nullptr) return;
    held.token = token->secret().value_or(Secret());
    held.life = life_in(*auth, "lease_duration");
    held.is_renewable = is_true(*auth, "renewable");
  });
  if (held.token.empty()) {
    return fail(Code::store_unavailable, "{}: {} gave no token", auth_.who,
                printable(server_.address))
        .hint("check the address of the store in the settings: is it a Vault?");
  }
  got_.push_back(std::make_shared<const Held>(std::move(held)));
  return got_.back();
}

Result<Secret> VaultLogin::login_body() const {
  const bool is_approle = auth_.method == VaultAuth::Method::approle;
  SecretJson json;
  json.raw(is_approle ? "{\"role_id\":" : "{\"role\":").text(auth_.role);
  if (!auth_.file.empty()) {
    TRY(const Secret token, web_token_in(auth_.file));
    json.raw(",\"jwt\":").text(token);
  } else if (!auth_.secret.empty()) {
    json.raw(is_approle ? ",\"secret_id\":" : ",\"jwt\":").text(auth_.secret);
  }
  return json.raw("}").take();
}

std::optional<VaultLogin::HeldToken> VaultLogin::renewed(const Held& held) {
  Held next{held.token.clone(), clock_.running(), std::nullopt, false};
  HttpRequest request = vault_request(server_, "POST", "auth/token/renew-self");
  request.headers["content-type"] = "application/json";
  request.body = Secret::copy_of("{}");
  const auto answer = send(std::move(request), &held.token);
  if (!answer || answer->status != 200) return std::nullopt;
  const bool is_renewed = answer->body.reveal([&](std::string_view text) {
    const auto json = JsonView::of(text);
    const JsonView* const auth = json ? json->find("auth") : nullptr;
    if (auth == nullptr) return false;
    next.life = life_in(*auth, "lease_duration");
    next.is_renewable = is_true(*auth, "renewable");
    return true;
  });
  if (!is_renewed) return std::nullopt;
  return std::make_shared<const Held>(std::move(next));
}

std::optional<milliseconds> VaultLogin::left(const Held& held) const {
  if (!held.life) return std::nullopt;
  return held.since + *held.life - clock_.running();
}

Result<HttpResponse> VaultLogin::send(HttpRequest request, const Secret* token) {
  if (token != nullptr) request.credential = {"x-vault-token", "", token->clone()};
  Result<HttpResponse> answer = http_.send(std::move(request));
  if (!answer) return std::move(answer).error().as(ErrorKind::unavailable);
  return answer;
}

// All at once: a run that ends must not wait for each.
void VaultLogin::revoke_all() {
  constexpr seconds kMaxTime{5};
  std::vector<RequestId> under_way;
  for (const HeldToken& each : got_) {
    if (const auto time_left = left(*each); time_left && time_left->count() <= 0) continue;
    auto request =
        std::make_shared<HttpRequest>(vault_request(server_, "POST", "auth/token/revoke-self"));
    request->credential = {"x-vault-token", "", each->token.clone()};
    request->timeout = kMaxTime;
    under_way.push_back(http_.start(std::move(request)));
  }
  const auto begun = clock_.running();
  while (!under_way.empty() && clock_.running() - begun < kMaxTime) {
    http_.wait(under_way.front(), seconds{1});
    std::erase_if(under_way, [&](RequestId id) { return http_.take(id).has_value(); });
  }
}

}  // namespace hookplan
