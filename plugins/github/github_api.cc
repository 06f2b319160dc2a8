// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_api.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/http/rate_limit.h"

namespace hookplan {
namespace {}  // namespace

GithubApi::GithubApi(HttpClient& http, GithubPlace place, std::shared_ptr<GithubLogin> login)
    : http_(http), place_(std::move(place)), login_(std::move(login)) {}

Result<HttpResponse> GithubApi::ask(std::string_view entry, const std::string& method,
                                    const std::string& path) const {
  for (bool is_first = true;; is_first = false) {
    TRY(const GithubCaller caller, login_->caller_for(entry));
    Result<HttpResponse> answer =
        http_.send(request_of(caller, method, Secret::copy_of(place_.api + path), {}, Patience{}));
    if (!answer) return std::move(answer).error().entry(entry);
    // Nothing was looked at, so asking again with a fresh token is no second time.
    if (answer->status == 401 && is_first && login_->renews(caller)) continue;
    TRY_VOID(refuse_limit(*answer, *caller.lane, host()));
    return answer;
  }
}

Result<HttpResponse> GithubApi::query(std::string_view entry, std::string_view graphql) const {
  // https://HOST/api/v3 and https://HOST/api/graphql; on github.com it lies beside the rest.
  constexpr std::string_view kVersion = "/v3";
  std::string_view base = place_.api;
  if (base.ends_with(kVersion)) base.remove_suffix(kVersion.size());
  JsonWriter json;
  json.begin_object();
  json.key("query").string(graphql);
  json.end_object();
  TRY(const GithubCaller caller, login_->caller_for(entry));
  Result<HttpResponse> answer =
      http_.send(request_of(caller, "POST", Secret::copy_of(fmt::format("{}/graphql", base)),
                            Secret::copy_of(json.take()), Patience{}));
  // Nothing can change by it.
  if (!answer) return std::move(answer).error().as(ErrorKind::unavailable).entry(entry);
  TRY_VOID(refuse_limit(*answer, *caller.lane, host()));
  return answer;
}

Result<GithubCaller> GithubApi::caller_for(std::string_view entry) const {
  return login_->caller_for(entry);
}

Result<HttpResponse> GithubApi::write(std::string_view entry, const GithubCaller& caller,
                                      const std::string& method, const std::string& path,
                                      const Secret& body, const Patience& patience) const {
  HttpRequest request =
      request_of(caller, method, Secret::copy_of(place_.api + path), body, patience);
  // Pings of other entries can wait; this has a time in which it must have arrived.
  request.goes_first = true;
  Result<HttpResponse> answer = http_.send(std::move(request));
  if (!answer) return std::move(answer).error().entry(entry);
  if (answer->status == 401 && login_->renews(caller)) {
    return fail(Code::credential_refused, "{} does not take the token any more", host())
        .as(ErrorKind::unavailable)
        .entry(entry)
        .hint("run it again: it has a new token then");
  }
  TRY_VOID(refuse_limit(*answer, *caller.lane, host()));
  return answer;
}

Result<std::vector<HttpResponse>> GithubApi::read_list(std::string_view entry,
                                                       const std::string& path,
                                                       const NextPage& next) const {
  for (bool is_first = true;; is_first = false) {
    TRY(const GithubCaller caller, login_->caller_for(entry));
    Result<std::vector<HttpResponse>> pages = read_list_as(caller, path, next);
    if (!pages) return std::move(pages).error().entry(entry);
    if (pages->back().status == 401 && is_first && login_->renews(caller)) continue;
    TRY_VOID(refuse_limit(pages->back(), *caller.lane, host()));
    return pages;
  }
}

Result<std::vector<HttpResponse>> GithubApi::read_list_as(const GithubCaller& caller,
                                                          const std::string& path,
                                                          const NextPage& next) const {
  PageReader reader(
      http_, [&](Secret url) { return request_of(caller, "GET", std::move(url), {}, Patience{}); },
      Secret::copy_of(place_.api + path), next);
  return reader.read();
}

HttpRequest GithubApi::request_of(const GithubCaller& caller, const std::string& method, Secret url,
                                  const Secret& body, const Patience& patience) const {
  constexpr std::size_t kMaxAnswerBytes = std::size_t{32} << 20;  // a delivery has up to 25 MB
  HttpRequest request = github_request(method, std::move(url));
  caller.sign(request);
  if (!body.empty()) request.headers["content-type"] = "application/json";
  request.body = body.clone();
  request.patience = patience.in_line;
  request.timeout = patience.exchange;
  request.max_answer_bytes = kMaxAnswerBytes;
  return request;
}

Result<std::chrono::milliseconds> GithubApi::time_to_write(std::string_view entry) const {
  TRY(const GithubCaller caller, login_->caller_for(entry));
  return http_.time_to_turn(*caller.lane, false);
}

std::string GithubApi::host() const { return host_of(Secret::copy_of(place_.api)); }

HttpRequest github_request(const std::string& method, Secret url) {
  HttpRequest request;
  request.method = method;
  request.url = std::move(url);
  request.headers = {{"accept", "application/vnd.github+json"},
                     {"x-github-api-version", "2022-11-28"}};
  return request;
}

std::string path_part(std::string_view text) {
  std::string part;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
    part += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return part;
}

std::string path_of_repository(std::string_view repository) {
  const std::size_t slash = std::min(repository.find('/'), repository.size());
  return fmt::format("/repos/{}/{}", path_part(repository.substr(0, slash)),
                     path_part(repository.substr(std::min(slash + 1, repository.size()))));
}

Result<JsonValue> json_of(const HttpResponse& response) {
  return response.body.reveal([](std::string_view bytes) {
    return parse_service_json(bytes, "an answer of GitHub", Code::forge_odd_answer);
  });
}

std::string_view text_at(const JsonValue& value, std::string_view name) {
  const JsonValue* const member = value.find(name);
  return member == nullptr ? std::string_view() : std::string_view(member->string);
}

Result<void> refuse_limit(const HttpResponse& response, const Lane& lane, std::string_view host) {
  const Moment now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const RateLimit limit = rate_limit_of(response, lane.limit_signs, now);
  if (!limit.is_refusal) return {};
  Error error = fail(Code::rate_limited,
                     "{} turned requests away again and again: its limit is reached", host);
  const auto until = limit.retry_after ? limit.retry_after : limit.reset;
  if (!until || *until < now) return error;
  return std::move(error).hint("run it again at {}: it goes on where it stopped", to_text(*until));
}

}  // namespace hookplan
