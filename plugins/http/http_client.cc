// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/http_client.h"

#include <utility>

#include <fmt/format.h>

#include "core/base/fibers.h"

namespace hookplan {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHostCharacters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";

bool is_host(std::string_view text) {
  std::string_view characters = kHostCharacters;
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
    characters = "0123456789abcdefABCDEF:.";
  }
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace

std::optional<Result<HttpResponse>> HttpClient::take(RequestId id) {
  auto found = answers_.extract(id);
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

void HttpClient::wait(RequestId id, std::chrono::milliseconds max) {
  if (Fibers* const fibers = Fibers::current()) {
    fibers->wait([&] { return has_answer(id); }, max);
  } else {
    work(id, max);
  }
}

Result<HttpResponse> HttpClient::send(HttpRequest request) {
  const RequestId id = start(std::make_shared<const HttpRequest>(std::move(request)));
  for (;;) {
    if (std::optional<Result<HttpResponse>> result = take(id)) return std::move(*result);
    wait(id, std::chrono::minutes{1});
  }
}

void HttpClient::answer(RequestId id, Result<HttpResponse> result) {
  answers_.emplace(id, std::move(result));
}

bool HttpClient::has_answer(RequestId id) const {
  return id == RequestId::any ? !answers_.empty() : answers_.contains(id);
}

bool is_read(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Error not_sent(std::string_view host, std::string_view why, std::string hint) {
  return fail(Code::service_unreachable, "cannot send a request to {}: {}", host, why)
      .hint(std::move(hint));
}

Error no_answer(std::string_view host, std::string_view why) {
  return fail(Code::answer_lost, "{} was sent a request and gave no whole answer: {}", host, why)
      .hint("run it again: it will look first what has happened");
}

std::string host_of(const Secret& url) {
  return url.reveal([](std::string_view text) -> std::string {
    constexpr std::string_view kUnknown = "the URL";
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return std::string(kUnknown);
    text.remove_prefix(scheme + 3);
    text = text.substr(0, text.find_first_of("/?#\\"));
    if (const auto user = text.rfind('@'); user != std::string_view::npos) {
      text.remove_prefix(user + 1);
    }
    // A password with a slash in it must not pass for a host.
    std::string_view host = text;
    if (const auto colon = text.rfind(':');
        colon != std::string_view::npos && !text.ends_with(']')) {
      const std::string_view port = text.substr(colon + 1);
      if (port.size() > 5 || port.find_first_not_of(kDigits) != std::string_view::npos) {
        return std::string(kUnknown);
      }
      host = text.substr(0, colon);
    }
    return std::string(is_host(host) ? text : kUnknown);
  });
}

}  // namespace hookplan
