// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <new>
#include <tuple>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/base/text.h"
#include "plugins/http/http_client.h"

namespace hookplan {
namespace {

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_this_machine(std::string_view host) {
  const std::string name = ascii_lower(host);
  if (name == "localhost" || name == "[::1]") return true;
  in_addr address = {};
  return ::inet_pton(AF_INET, name.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
}

// Where clouds answer machines about themselves, without TLS: an address of the link, which no
// router passes on (RFC 3927).
constexpr std::string_view kMetadataServer = "169.254.169.254";

std::string part_of(const CurlUrl& url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.url.get(), part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

auto origin_of(const CurlUrl& url) {
  return std::tuple(part_of(url, CURLUPART_SCHEME), ascii_lower(part_of(url, CURLUPART_HOST)),
                    part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

// Sets or, if there is one already, resolves against it.
CURLUcode set_url(CurlUrl& url, const Secret& text) {
  if (!url.url) url.url.reset(curl_url());
  if (!url.url) throw std::bad_alloc();
  Secret c_text(text.size() + 1);  // with a zero behind it
  text.reveal([&](std::string_view bytes) { std::ranges::copy(bytes, c_text.room().begin()); });
  return curl_url_set(url.url.get(), CURLUPART_URL, c_text.room().data(),
                      CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
}

Result<void> judge(CurlUrl& url, const Secret& text) {
  const auto refuse = [&](std::string_view why, std::string hint) -> Error {
    return not_sent(url.host, why, std::move(hint));
  };
  if (text.reveal(has_control_characters)) {
    return refuse("the URL has a line break or another control character", "correct the URL");
  }
  const CURLUcode code = set_url(url, text);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return refuse("the URL has a user name or a password in it", "take them out of the URL");
  }
  if (code != CURLUE_OK) {
    return refuse(fmt::format("the URL is malformed ({})", curl_url_strerror(code)),
                  "write it like https://example.com/hook");
  }
  const std::string host = part_of(url, CURLUPART_HOST);
  url.is_local = is_this_machine(host) || host == kMetadataServer;
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && url.is_local)) {
    return refuse("the URL does not begin with https://",
                  "use https; plain http is for this machine only, such as http://127.0.0.1:8888");
  }
  return {};
}

}  // namespace

void CurlUrl::Free::operator()(Curl_URL* url) const { curl_url_cleanup(url); }

Result<CurlUrl> parse_url(const Secret& url) {
  CurlUrl parsed;
  parsed.host = host_of(url);
  TRY_VOID(judge(parsed, url));
  return parsed;
}

Result<FormerHost> rename_host(CurlUrl& url, const std::string& name) {
  const auto [scheme, host, port] = origin_of(url);
  const std::string written_port = part_of(url, CURLUPART_PORT);
  if (curl_url_set(url.url.get(), CURLUPART_HOST, name.c_str(), 0) != CURLUE_OK) {
    return not_sent(url.host, "the name that its certificate must have is malformed",
                    "correct the server name");
  }
  return FormerHost{written_port.empty() ? host : host + ":" + written_port,
                    fmt::format("{}:{}:{}:{}", name, port, host, port)};
}

Result<Secret> same_origin_url(const Secret& base, const std::string& reference) {
  TRY(CurlUrl url, parse_url(base));
  const auto origin = origin_of(url);
  TRY_VOID(judge(url, Secret::copy_of(reference)));
  if (origin_of(url) != origin) {
    return not_sent(url.host, "its answer points to another server, which gets no credential",
                    "check that the URL is that of the service itself");
  }
  return Secret::copy_of(part_of(url, CURLUPART_URL));
}

}  // namespace hookplan
