// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/http_client.h"

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
