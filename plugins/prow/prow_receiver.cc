// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/prow_receiver.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/hmac.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// What is before the first slash, and what is behind it: empty for an organization.
std::pair<std::string_view, std::string_view> split(std::string_view entry) {
  const auto slash = entry.find('/');
  if (slash == std::string_view::npos) return {entry, {}};
  return {entry.substr(0, slash), entry.substr(slash + 1)};
}

// A ping as far as Prow reads it: by these names it looks the tokens up.
std::string ping_of(std::string_view entry) {
  const auto [organization, repository] = split(entry);
  JsonWriter json;
  json.begin_object();
  json.key("hook_id").integer(0);
  if (entry != kGlobalEntry) {
    json.key("organization").begin_object();
    json.key("login").string(organization);
    json.end_object();
  }
  if (!repository.empty()) {
    json.key("repository").begin_object();
    json.key("full_name").string(entry);
    json.key("name").string(repository);
    json.key("owner").begin_object();
    json.key("login").string(organization);
    json.end_object();
    json.end_object();
  }
  json.key("zen").string("A token is trusted once it was seen to work.");
  json.end_object();
  return json.take();
}

// Where a redirect points, without what may be private.
std::string place_of(std::string_view location) {
  return excerpt(location.substr(0, location.find_first_of("?#")));
}

// What stands before a receiver says so of it, whatever was asked.
bool says_it_is_down(const HttpResponse& response) {
  return response.status >= 502 && response.status <= 504;
}

Error odd_answer(const Hook& hook, const HttpResponse& response) {
  if (says_it_is_down(response)) {
    return fail(Code::receiver_unreachable, "{} answered {} to a ping", host_of(hook.url),
                response.status)
        .entry(hook.entry);
  }
  std::string message =
      fmt::format("{} answered {} to a ping for {}, neither accepting nor refusing its signature",
                  host_of(hook.url), response.status, hook.entry);
  Error error = fail(Code::receiver_odd_answer, std::move(message)).entry(hook.entry);
  if (response.status < 300 || response.status > 399) {
    return std::move(error).hint(
        "check that the URL leads to Prow's hook itself and that it is healthy");
  }
  const auto location = response.headers.find("location");
  const bool is_named =
      location != response.headers.end() && location->second.find('@') == std::string::npos;
  return std::move(error).hint(
      "redirects are not followed, neither here nor by the forge: the URL of the "
      "receiver must be the one that answers itself{}",
      is_named ? ", perhaps " + place_of(location->second) : "");
}

}  // namespace

ProwReceiver::ProwReceiver(HttpClient& http, ProwOptions options) : http_(http), options_(options) {
  if (options_.pings < 1) throw std::logic_error("no ping proves nothing");
}

Result<Secret> ProwReceiver::mint(std::string_view /*entry*/) { return mint_hex_token(); }

Secret ProwReceiver::url_of(const Route& route, const Token& /*token*/) const {
  return Secret::copy_of(route.url());
}

Result<bool> ProwReceiver::accepts(const Hook& hook, const Token& token) {
  // For each entry, each time, and before it counts that the token is accepted: what takes anything
  // for it does not get past that, nor what refuses everything after so many requests.
  TRY_VOID(require_refusal(hook));
  TRY(const bool is_telling, tells_tokens_apart(hook, token));
  if (!is_telling) return false;
  for (int ping = 0; ping < options_.pings; ++ping) {
    TRY(const bool is_accepted, accepts_ping(hook, token.value));
    if (!is_accepted) return false;
  }
  return true;
}

// Whether the token is accepted between two random ones that are not. A limit on requests, which
// begins and ends at any moment, could look like one refusal, but hardly like that. Once for a URL:
// such a limit is not an entry's.
Result<bool> ProwReceiver::tells_tokens_apart(const Hook& hook, const Token& token) {
  std::string url = hook.url.reveal([](std::string_view bytes) { return sha256(bytes); });
  if (discriminating_.contains(url)) return true;
  TRY(const bool is_accepted, accepts_ping(hook, token.value));
  if (!is_accepted) return false;
  TRY_VOID(require_refusal(hook));
  discriminating_.insert(std::move(url));
  return true;
}

Result<void> ProwReceiver::require_refusal(const Hook& hook) {
  TRY(const bool is_accepted, accepts_ping(hook, mint_hex_token()));
  if (!is_accepted) return {};
  return fail(Code::receiver_accepts_all,
              "{} accepted a ping for {} that was signed with a random token", host_of(hook.url),
              hook.entry)
      .entry(hook.entry)
      .hint("check that the URL leads to Prow's hook itself and that it validates signatures");
}

Result<bool> ProwReceiver::accepts_ping(const Hook& hook, const Secret& token) {
  const std::string body = ping_of(hook.entry);
  HttpRequest request;
  request.method = "POST";
  request.url = hook.url.clone();
  request.headers = {{"content-type", "application/json"},
                     {"x-github-delivery", random_uuid()},
                     {"x-github-event", "ping"},
                     // GitHub sends both; older receivers look at the first one only.
                     {"x-hub-signature", "sha1=" + hmac_sha1_hex(token, body)},
                     {"x-hub-signature-256", "sha256=" + hmac_sha256_hex(token, body)}};
  request.body = Secret::copy_of(body);
  request.timeout = options_.timeout;
  request.new_connection = true;
  const Result<HttpResponse> response = http_.send(std::move(request));
  // A ping changes nothing, so a lost answer is as good as none.
  if (!response) {
    const Diagnostic& why = response.error().first();
    return fail(Code::receiver_unreachable, why.message).entry(hook.entry).hint(why.hint);
  }
  if (response->status >= 200 && response->status <= 299) return true;
  if (response->status == 401 || response->status == 403) return false;
  return odd_answer(hook, *response);
}

}  // namespace hookplan
