// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/secret_api.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

// A Secret of 1 MiB in base64, with its annotations and the fields of its managers.
constexpr std::size_t kMaxSecretAnswerBytes = std::size_t{4} << 20;
constexpr int kMaxTurnedAway = 5;
constexpr int kUnauthorized = 401;
constexpr int kTooManyRequests = 429;

// The server gives up earlier than we do, so that it can still say so.
constexpr std::string_view kServerTime = "timeout=10s";

std::chrono::seconds retry_after(const HttpResponse& response) {
  constexpr std::int64_t kMaxSeconds = 10;
  const auto header = response.headers.find("retry-after");
  const auto seconds =
      header == response.headers.end() ? std::nullopt : number_from(header->second, 0, 3'600);
  return std::chrono::seconds{std::clamp<std::int64_t>(seconds.value_or(1), 1, kMaxSeconds)};
}

bool is_success(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

SecretApi::SecretApi(SecretPlace place, std::string key, ClusterAccess access, HttpClient& http,
                     Clock& clock)
    : place_(std::move(place)),
      key_(std::move(key)),
      login_(std::move(access), clock),
      http_(http),
      clock_(clock) {}

Result<HttpResponse> SecretApi::send_once(const Call& call) {
  HttpRequest request;
  request.method = call.method;
  request.url =
      Secret::copy_of(fmt::format("{}/api/v1/namespaces/{}/secrets/{}?{}", login_.access().server,
                                  place_.space, place_.name, call.query));
  request.headers["accept"] = call.accept;
  if (call.body != nullptr) {
    request.headers["content-type"] = "application/json";
    request.body = call.body->clone();
  }
  request.timeout = kMaxCallTime;
  request.max_answer_bytes = kMaxSecretAnswerBytes;
  TRY_VOID(login_.put_into(request));
  return http_.send(std::move(request));
}

// What was turned away before anybody looked at it is asked again: 429 in the time that the server
// names, 401 with another credential if there is one.
Result<HttpResponse> SecretApi::send(const Call& call) {
  bool may_renew = true;
  for (int turned_away = 0;;) {
    Result<HttpResponse> response = send_once(call);
    if (!response) return response;
    if (response->status == kUnauthorized && std::exchange(may_renew, false) && login_.forget()) {
      continue;
    }
    if (response->status == kTooManyRequests && ++turned_away < kMaxTurnedAway) {
      clock_.sleep_for(retry_after(*response));
      continue;
    }
    if (is_success(*response)) return response;
    return error_of_status(*response, {place_, call.body != nullptr, key_, login_.access().user});
  }
}

Result<SecretObject> SecretApi::read_object(const std::string& accept) {
  TRY(HttpResponse response, send({"GET", std::string(kServerTime), accept}));
  std::optional<SecretObject> object = SecretObject::read(std::move(response.body), place_);
  if (object) return *std::move(object);
  return fail(Code::store_unavailable, "{}: the answer of {} is not this Secret", to_string(place_),
              printable(login_.access().server))
      .hint("check the server of the cluster in the kubeconfig: is it an API server?");
}

Result<SecretObject> SecretApi::get() { return read_object("application/json"); }

Result<std::string> SecretApi::get_version() {
  TRY(const SecretObject object,
      read_object("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"));
  return object.version();
}

Result<void> SecretApi::put(const Secret& object) {
  TRY(HttpResponse response, send({"PUT", fmt::format("fieldManager=hookplan&{}", kServerTime),
                                   "application/json", &object}));
  if (SecretObject::read(std::move(response.body), place_)) return {};
  return fail(Code::answer_lost, "{}: {} says that it was written, but does not answer with it",
              to_string(place_), printable(login_.access().server));
}

}  // namespace hookplan
