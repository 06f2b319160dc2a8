// SPDX-License-Identifier: Apache-2.0
#include "plugins/vault/vault_api.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/secret_json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// A secret of 1 MB with every byte escaped, and its metadata.
constexpr std::size_t kMaxVaultAnswerBytes = std::size_t{8} << 20;
constexpr int kMaxDelays = 5;
constexpr int kForbidden = 403;
constexpr int kNotYet = 412;
constexpr int kTooMany = 429;

std::chrono::seconds pause_of(const HttpResponse& response) {
  constexpr std::int64_t kMaxSeconds = 10;
  const auto header = response.headers.find("retry-after");
  const auto told =
      header == response.headers.end() ? std::nullopt : number_from(header->second, 0, 3'600);
  return std::chrono::seconds{std::clamp<std::int64_t>(told.value_or(1), 1, kMaxSeconds)};
}

bool is_2xx(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 299;
}

}  // namespace

VaultApi::VaultApi(KvPlace place, std::string key, VaultServer server, VaultAuth auth,
                   HttpClient& http, Clock& clock)
    : place_(std::move(place)),
      key_(std::move(key)),
      login_(std::move(server), std::move(auth), http, clock),
      http_(http),
      clock_(clock) {}

Result<HttpResponse> VaultApi::send_once(const Secret* body) {
  HttpRequest request = vault_request(login_.server(), body == nullptr ? "GET" : "POST",
                                      fmt::format("{}/data/{}", place_.mount, place_.path));
  if (body != nullptr) {
    request.headers["content-type"] = "application/json";
    request.body = body->clone();
  }
  if (!index_.empty()) request.headers["x-vault-index"] = index_;
  request.timeout = kMaxCallTime;
  request.max_answer_bytes = kMaxVaultAnswerBytes;
  TRY_VOID(login_.put_into(request));
  return http_.send(std::move(request));
}

// What was turned away before anybody looked at it is asked again: 412 and 429 a little later, 403
// with another token if there is a way to one.
Result<HttpResponse> VaultApi::send(const Secret* body) {
  bool may_renew = true;
  for (int delays = 0;;) {
    Result<HttpResponse> response = send_once(body);
    if (!response || is_2xx(*response)) return response;
    if (response->status == kForbidden && std::exchange(may_renew, false) && login_.forget())
      continue;
    if ((response->status == kNotYet || response->status == kTooMany) && ++delays < kMaxDelays) {
      clock_.sleep_for(pause_of(*response));
      continue;
    }
    return response;
  }
}

Result<KvSecret> VaultApi::get() {
  TRY(HttpResponse response, send(nullptr));
  if (!is_2xx(response) && response.status != 404) {
    if (says(response, "invalid token")) return error_of_login(response, login_.who(), address());
    return error_of_vault(response, asked(false));
  }
  // A version without data is told with 404, but with its metadata.
  const bool is_found = is_2xx(response);
  HttpResponse answer{response.status, {}, response.body.clone()};
  std::optional<KvSecret> secret = KvSecret::read(std::move(response.body));
  if (secret && secret->state() != KvSecret::State::there)
    return without_data(*secret, asked(false));
  if (secret && is_found) return *std::move(secret);
  if (!is_found) return error_of_vault(answer, asked(false));
  return fail(Code::store_unavailable, "{}: the answer of {} is not such a secret",
              to_string(place_), printable(address()))
      .hint("name a mount of a KV engine, version 2: vault secrets list -detailed shows it");
}

Result<void> VaultApi::put(const Secret& data, const std::string& number) {
  SecretJson json;
  const Secret body = data.reveal([&](std::string_view text) {
    return json.raw("{\"data\":")
        .raw(text)
        .raw(",\"options\":{\"cas\":")
        .raw(number)
        .raw("}}")
        .take();
  });
  TRY(const HttpResponse response, send(&body));
  if (!is_2xx(response)) {
    if (says(response, "invalid token")) return error_of_login(response, login_.who(), address());
    return error_of_vault(response, asked(true));
  }
  if (const auto index = response.headers.find("x-vault-index"); index != response.headers.end())
    index_ = index->second;
  return {};
}

}  // namespace hookplan
