// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/pages.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/http/curl_url.h"

namespace hookplan {
namespace {

// The text up to the first of `ends` that is not in quotes; the rest stays in `text`.
std::string_view cut(std::string_view& text, std::string_view ends) {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '"') is_quoted = !is_quoted;
    if (!is_quoted && ends.find(text[end]) != std::string_view::npos) break;
  }
  const std::string_view before = text.substr(0, end);
  text.remove_prefix(end);
  return before;
}

// A parameter of a link, such as ` rel="next last"`.
bool says_next(std::string_view parameter) {
  std::string words;
  for (const char c : ascii_lower(parameter)) words += c == '"' || c == '\t' ? ' ' : c;
  const auto equals = words.find('=');
  if (equals == std::string::npos) return false;
  std::string name = words.substr(0, equals);
  std::erase(name, ' ');
  return name == "rel" &&
         (' ' + words.substr(equals + 1) + ' ').find(" next ") != std::string::npos;
}

}  // namespace

Result<std::optional<std::string>> next_by_link(const HttpResponse& page) {
  const auto header = page.headers.find("link");
  if (header == page.headers.end()) return std::optional<std::string>();
  std::string_view text = header->second;
  // <url>; name=value; name="value", <url> ...
  for (auto begin = text.find('<'); begin != std::string_view::npos; begin = text.find('<')) {
    text.remove_prefix(begin + 1);
    const auto end = text.find('>');
    if (end == std::string_view::npos) break;
    const std::string_view url = text.substr(0, end);
    text.remove_prefix(end + 1);
    while (text.starts_with(';') || text.starts_with(' ')) {
      text.remove_prefix(1);
      if (says_next(cut(text, ";,"))) return std::optional(std::string(url));
    }
  }
  return std::optional<std::string>();
}

PageReader::PageReader(HttpClient& http, std::function<HttpRequest(Secret url)> request_for,
                       Secret first_url, NextPage next, std::size_t max_pages)
    : http_(http),
      request_for_(std::move(request_for)),
      next_(std::move(next)),
      max_pages_(max_pages) {
  ask(std::move(first_url));
}

void PageReader::ask(Secret url) {
  url_ = url.clone();
  id_ = http_.start(std::make_shared<const HttpRequest>(request_for_(std::move(url))));
}

std::optional<Result<std::vector<HttpResponse>>> PageReader::take() {
  const Result<bool> is_under_way = go_on();
  if (!is_under_way) return is_under_way.error();
  if (*is_under_way) return std::nullopt;
  return std::move(pages_);
}

Result<bool> PageReader::go_on() {
  std::optional<Result<HttpResponse>> answer = http_.take(id_);
  if (!answer) return true;
  TRY(HttpResponse page, std::move(*answer));
  pages_.push_back(std::move(page));
  if (pages_.back().status < 200 || pages_.back().status > 299) return false;
  TRY(const std::optional<std::string> reference, next_(pages_.back()));
  if (!reference) return false;
  if (pages_.size() >= max_pages_) {
    return not_sent(host_of(url_), fmt::format("its list has more than {} pages", max_pages_),
                    "check that the URL is that of the service itself");
  }
  TRY(Secret url, same_origin_url(url_, *reference));
  ask(std::move(url));
  return true;
}

Result<std::vector<HttpResponse>> PageReader::read() {
  for (;;) {
    if (auto pages = take()) return std::move(*pages);
    http_.wait(id_, std::chrono::minutes{1});
  }
}

}  // namespace hookplan
