// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/costly_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/base64.h"

namespace hookplan {
namespace {

using std::string_view_literals::operator""sv;

// Object identifiers of what derives a key: PKCS#5 (RFC 8018), PKCS#12 (RFC 7292), scrypt (RFC
// 7914). The last arc of the first two follows.
constexpr std::array<std::string_view, 3> kDerivations = {"\x2a\x86\x48\x86\xf7\x0d\x01\x05"sv,
                                                          "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"sv,
                                                          "\x2b\x06\x01\x04\x01\xda\x47\x04"sv};
constexpr char kPbes2 = '\x0d';  // of PKCS#5: names a derivation, is none

// The content of a DER element with a short length, which is removed from `rest`.
std::optional<std::string_view> element(std::string_view& rest, char tag) {
  if (rest.size() < 2 || rest[0] != tag) return std::nullopt;
  const auto size = static_cast<std::uint8_t>(rest[1]);
  if (size > 0x7f || size > rest.size() - 2) return std::nullopt;
  const std::string_view content = rest.substr(2, size);
  rest.remove_prefix(2 + content.size());
  return content;
}

// The parameters of a derivation: salt, and numbers whose product is the work.
bool is_much(std::string_view parameters) {
  constexpr std::uint64_t kMaxWork = 1U << 16U;
  auto rest = element(parameters, '\x30');
  if (!rest || !element(*rest, '\x04')) return true;
  std::uint64_t work = 1;
  while (const auto number = element(*rest, '\x02')) {
    if (number->size() > 3) return true;
    std::uint64_t value = 0;
    for (const char c : *number) value = value << 8U | static_cast<std::uint8_t>(c);
    work *= value;
    if (work > kMaxWork) return true;
  }
  return false;
}

bool derives_slowly(std::string_view der) {
  for (const std::string_view derivation : kDerivations) {
    for (std::size_t at = der.find(derivation); at != std::string_view::npos;
         at = der.find(derivation, at + 1)) {
      const std::string_view rest = der.substr(at + derivation.size());
      if (rest.empty() || rest.front() == kPbes2) continue;
      if (is_much(rest.substr(1))) return true;
    }
  }
  return false;
}

}  // namespace

bool is_costly_key(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  for (std::size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin)) {
    pem.remove_prefix(at + kBegin.size());
    const std::size_t line_end = std::min(pem.find('\n'), pem.size());
    const bool is_encrypted = pem.substr(0, line_end).find("ENCRYPTED") != std::string_view::npos;
    const std::string_view block = pem.substr(line_end, pem.find('-', line_end) - line_end);
    std::string text;
    for (const char c : block) {
      if (c != '\n' && c != '\r' && c != ' ' && c != '\t') text += c;
    }
    const auto der = bytes_from_base64(text);
    if (der ? derives_slowly(*der) : is_encrypted) return true;
  }
  return false;
}

}  // namespace hookplan
