// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/secret_manager_api.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/json_view.h"
#include "core/base/secret_json.h"
#include "core/base/text.h"
#include "plugins/gcp_secret_manager/crc32c.h"

namespace hookplan {
namespace {

using What = AskedOfGoogle::Call;

constexpr int kMaxQuotaTries = 5;
constexpr int kUnauthenticated = 401;
constexpr int kQuota = 429;

bool is_good(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 299;
}

std::chrono::seconds quota_pause(const HttpResponse& response, int number) {
  constexpr std::int64_t kMaxSeconds = 10;
  const auto header = response.headers.find("retry-after");
  const auto told =
      header == response.headers.end() ? std::nullopt : number_from(header->second, 0, 3'600);
  return std::chrono::seconds{
      std::clamp<std::int64_t>(told.value_or(std::int64_t{1} << (number - 1)), 1, kMaxSeconds)};
}

// Answers name projects by number, so only the end of the name is looked at. 0 if there is none.
std::int64_t number_in(std::string_view name) {
  constexpr std::string_view kBefore = "/versions/";
  const std::size_t at = name.rfind(kBefore);
  if (at == std::string_view::npos) return 0;
  return number_from(name.substr(at + kBefore.size()), 1, std::numeric_limits<std::int64_t>::max())
      .value_or(0);
}

// {"payload":{"data":...,"dataCrc32c":"..."}}
Secret body_to_add(const Secret& payload) {
  SecretJson json;
  std::string data = payload.reveal([](std::string_view bytes) { return base64(bytes); });
  const std::uint32_t sum = payload.reveal(crc32c);
  json.raw(R"({"payload":{"data":)").text(data);
  wipe(data);
  return json.raw(fmt::format(R"(,"dataCrc32c":"{}"}}}})", sum)).take();
}

}  // namespace

std::string SecretHead::annotation(std::string_view name) const {
  for (const auto& [key, value] : annotations) {
    const auto json = JsonView::of(value);
    if (key == fmt::format("\"{}\"", name) && json) return json->text();
  }
  return {};
}

SecretManagerApi::SecretManagerApi(GooglePlace place, GoogleCredentials credentials,
                                   std::string metadata_host, HttpClient& http, Clock& clock)
    : place_(std::move(place)),
      login_(std::move(credentials), std::move(metadata_host), http, clock),
      http_(http),
      clock_(clock) {}

std::string SecretManagerApi::name_of(std::string_view secret) const {
  return fmt::format("secret {} of project {}{}", secret, place_.project,
                     place_.location.empty() ? "" : " in " + place_.location);
}

AskedOfGoogle SecretManagerApi::asked(const std::string& secret, What what) const {
  return {
      what,        secret, place_.project, name_of(secret), host_of(Secret::copy_of(place_.api)),
      login_.who()};
}

Error SecretManagerApi::odd(const std::string& secret, std::string_view why, bool is_write) const {
  return fail(is_write ? Code::answer_lost : Code::store_unavailable, "{}: {}", name_of(secret),
              why)
      .hint("check `api` of the store in the settings: is it Secret Manager?");
}

Result<HttpResponse> SecretManagerApi::send_once(const std::string& secret, const Call& call) {
  constexpr std::size_t kMaxAnswerBytes = std::size_t{256} << 10;
  HttpRequest request;
  request.method = call.method;
  request.url = Secret::copy_of(fmt::format(
      "{}/v1/projects/{}{}/secrets/{}{}", place_.api, place_.project,
      place_.location.empty() ? "" : "/locations/" + place_.location, secret, call.path));
  if (call.body != nullptr) {
    request.headers["content-type"] = "application/json";
    request.body = call.body->clone();
  }
  // It gives up before we do: what we have given up must not happen later.
  request.headers["x-server-timeout"] = std::to_string(kServerTime.count());
  request.timeout = kMaxCallTime;
  request.max_answer_bytes = kMaxAnswerBytes;
  TRY_VOID(login_.put_into(request));
  return http_.send(std::move(request));
}

// What was turned away before anybody looked at it is asked again: 429 a little later, 401 with
// another token.
Result<HttpResponse> SecretManagerApi::send(const std::string& secret, const Call& call) {
  bool may_renew = true;
  for (int tries = 0;;) {
    Result<HttpResponse> response = send_once(secret, call);
    if (!response || is_good(*response)) return response;
    if (response->status == kUnauthenticated && std::exchange(may_renew, false) &&
        login_.forget()) {
      continue;
    }
    if (response->status == kQuota && ++tries < kMaxQuotaTries) {
      clock_.sleep_for(quota_pause(*response, tries));
      continue;
    }
    return response;
  }
}

Result<SecretHead> SecretManagerApi::head(const std::string& secret) {
  TRY(const HttpResponse response, send(secret, {What::get, "GET", ""}));
  if (!is_good(response)) return error_of_google(response, asked(secret, What::get));
  return response.body.reveal([&](std::string_view text) -> Result<SecretHead> {
    const auto json = JsonView::of(text);
    const JsonView* const etag = json ? json->find("etag") : nullptr;
    // Without an etag nothing would be compared.
    if (etag == nullptr || etag->text().empty()) return odd(secret, "it has no etag", false);
    SecretHead head{std::string(etag->raw()), {}};
    if (const JsonView* const annotations = json->find("annotations")) {
      for (const auto& [name, value] : annotations->members())
        head.annotations.emplace_back(fmt::format("\"{}\"", name), value.raw());
    }
    return head;
  });
}

Result<SecretVersion> SecretManagerApi::access(const std::string& secret,
                                               std::string_view version) {
  TRY(const HttpResponse response,
      send(secret, {What::access, "GET", fmt::format("/versions/{}:access", version)}));
  if (response.status == 404 && version == "latest" && google_status(response) == "NOT_FOUND")
    return SecretVersion{};
  if (!is_good(response)) return error_of_google(response, asked(secret, What::access));
  return response.body.reveal([&](std::string_view text) -> Result<SecretVersion> {
    const auto json = JsonView::of(text);
    const JsonView* const data = json ? json->find("payload", "data") : nullptr;
    const JsonView* const sum = json ? json->find("payload", "dataCrc32c") : nullptr;
    std::optional<Secret> payload = data == nullptr ? std::nullopt : data->decoded();
    const std::int64_t number = json ? number_in(json->text_of("name")) : 0;
    if (!payload || number == 0) return odd(secret, "the answer is not a version of it", false);
    const std::string wanted = std::to_string(payload->reveal(crc32c));
    if (sum != nullptr && sum->text() != wanted && sum->raw() != wanted)
      return odd(secret, "it was damaged on the way", false);
    return SecretVersion{number, *std::move(payload)};
  });
}

Result<SecretVersion> SecretManagerApi::latest(const std::string& secret) {
  return access(secret, "latest");
}

Result<SecretVersion> SecretManagerApi::version(const std::string& secret, std::int64_t number) {
  return access(secret, std::to_string(number));
}

Result<std::int64_t> SecretManagerApi::add(const std::string& secret, const Secret& payload) {
  const Secret body = body_to_add(payload);
  TRY(const HttpResponse response, send(secret, {What::add, "POST", ":addVersion", &body}));
  if (!is_good(response)) return error_of_google(response, asked(secret, What::add));
  const std::int64_t number = response.body.reveal([](std::string_view text) {
    const auto json = JsonView::of(text);
    return json ? number_in(json->text_of("name")) : 0;
  });
  if (number == 0) return odd(secret, "a version was added, but nobody says which", true);
  return number;
}

Result<std::string> SecretManagerApi::annotate(const std::string& secret, const SecretHead& head,
                                               std::string_view name, std::string_view text) {
  SecretJson json;
  json.raw(R"({"annotations":{)");
  for (const auto& [key, value] : head.annotations) {
    if (key != fmt::format("\"{}\"", name)) json.raw(key).raw(":").raw(value).raw(",");
  }
  json.text(name).raw(":").text(text).raw(R"(},"etag":)").raw(head.etag);
  const Secret body = json.raw("}").take();
  TRY(const HttpResponse response,
      send(secret, {What::patch, "PATCH", "?updateMask=annotations", &body}));
  if (!is_good(response)) return error_of_google(response, asked(secret, What::patch));
  std::string etag = response.body.reveal([](std::string_view bytes) {
    const auto answer = JsonView::of(bytes);
    const JsonView* const value = answer ? answer->find("etag") : nullptr;
    return value == nullptr ? std::string() : std::string(value->raw());
  });
  if (etag.empty()) return odd(secret, "it was changed, but the answer has no etag", true);
  return etag;
}

Result<void> SecretManagerApi::end(const std::string& secret, const Call& call) {
  TRY(const HttpResponse response, send(secret, call));
  if (is_good(response) || google_status(response) == "FAILED_PRECONDITION") return {};
  return error_of_google(response, asked(secret, call.what));
}

Result<void> SecretManagerApi::disable(const std::string& secret, std::int64_t number) {
  const Secret body = Secret::copy_of("{}");
  return end(secret, {What::disable, "POST", fmt::format("/versions/{}:disable", number), &body});
}

Result<void> SecretManagerApi::destroy(const std::string& secret, std::int64_t number) {
  const Secret body = Secret::copy_of("{}");
  return end(secret, {What::destroy, "POST", fmt::format("/versions/{}:destroy", number), &body});
}

}  // namespace hookplan
