// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/signed_payload.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "core/base/hmac.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kWhite = " \t\r\n";

// Behind the string that begins at `at`.
std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

std::size_t skip_white(std::string_view json, std::size_t at) {
  return std::min(json.find_first_not_of(kWhite, at), json.size());
}

// Behind the value that begins at `at`.
std::size_t value_end(std::string_view json, std::size_t at) {
  std::size_t depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = string_end(json, at);
    } else if (c == '{' || c == '[') {
      ++depth, ++at;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      --depth, ++at;
    } else if (depth == 0 && (c == ',' || kWhite.find(c) != std::string_view::npos)) {
      return at;
    } else {
      ++at;
      continue;
    }
    if (depth == 0) return at;
  }
  return at;
}

// The document with each of its strings rewritten and without white space between them.
std::string rewritten(std::string_view json,
                      const std::function<std::string(std::string_view)>& each_string) {
  std::string text;
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      const std::size_t end = string_end(json, at);
      text += each_string(json.substr(at, end - at));
      at = end;
    } else {
      if (kWhite.find(json[at]) == std::string_view::npos) text += json[at];
      ++at;
    }
  }
  return text;
}

std::optional<std::uint32_t> escaped_unit(std::string_view text, std::size_t at) {
  constexpr int kHex = 16;
  std::uint32_t unit = 0;
  if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return std::nullopt;
  const char* const end = text.data() + at + 6;
  const auto [rest, failure] = std::from_chars(text.data() + at + 2, end, unit, kHex);
  return failure == std::errc{} && rest == end ? std::optional(unit) : std::nullopt;
}

std::string utf8_of(std::uint32_t c) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

// Every character as itself that may stand so.
std::string without_escapes(std::string_view string) {
  std::string text;
  for (std::size_t at = 0; at < string.size();) {
    const auto unit = escaped_unit(string, at);
    if (unit && *unit >= 0xD800 && *unit < 0xDC00) {
      const auto low = escaped_unit(string, at + 6);
      text += utf8_of(0x10000 + ((*unit - 0xD800) << 10) + (low.value_or(0xDC00) - 0xDC00));
      at += 12;
    } else if (unit && *unit >= 0x20 && *unit != '"' && *unit != '\\') {
      text += utf8_of(*unit);
      at += 6;
    } else if (string.substr(at, 2) == "\\/") {
      text += '/';
      at += 2;
    } else {
      const std::size_t size = string[at] == '\\' ? 2 : 1;
      text += string.substr(at, size);
      at += size;
    }
  }
  return text;
}

// As Rails writes what may end up in a page.
std::string with_html_escapes(std::string_view string) {
  std::string text;
  for (std::size_t at = 0; at < string.size(); ++at) {
    const std::string_view three = string.substr(at, 3);
    if (string[at] == '<' || string[at] == '>' || string[at] == '&') {
      text += fmt::format("\\u{:04x}", static_cast<unsigned char>(string[at]));
    } else if (three == "\u2028" || three == "\u2029") {
      text += three == "\u2028" ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      text += string[at];
    }
  }
  return text;
}

// Every character beyond ASCII as \uXXXX.
std::string in_ascii(std::string_view string) {
  std::string text;
  for (std::size_t at = 0; at < string.size();) {
    const DecodedCharacter character = decode_utf8(string.substr(at));
    const std::size_t size = std::max<std::size_t>(character.size, 1);
    const auto c = static_cast<std::uint32_t>(character.value);
    if (size == 1) {
      text += string.substr(at, 1);
    } else if (c < 0x10000) {
      text += fmt::format("\\u{:04x}", c);
    } else {
      text += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((c - 0x10000) >> 10),
                          0xDC00 + ((c - 0x10000) & 0x3FF));
    }
    at += size;
  }
  return text;
}

}  // namespace

std::optional<std::string_view> raw_member(std::string_view object, std::string_view name) {
  std::size_t at = skip_white(object, 0);
  if (at >= object.size() || object[at] != '{') return std::nullopt;
  const std::string quoted = fmt::format("\"{}\"", name);
  at = skip_white(object, at + 1);
  while (at < object.size() && object[at] == '"') {
    const std::size_t key_end = string_end(object, at);
    const bool is_it = object.substr(at, key_end - at) == quoted;
    const std::size_t begin = skip_white(object, skip_white(object, key_end) + 1);
    const std::size_t end = value_end(object, begin);
    if (is_it) return object.substr(begin, end - begin);
    at = skip_white(object, end);
    if (at < object.size() && object[at] == ',') at = skip_white(object, at + 1);
  }
  return std::nullopt;
}

bool is_signed_with(const Secret& key, std::string_view logged_payload,
                    std::string_view signature) {
  const auto fits = [&](std::string_view bytes) {
    return signature == "sha256=" + hmac_sha256_hex(key, bytes);
  };
  if (fits(logged_payload)) return true;
  const auto as_it_is = [](std::string_view string) { return std::string(string); };
  if (fits(rewritten(logged_payload, as_it_is))) return true;
  const std::string plain = rewritten(logged_payload, without_escapes);
  return fits(plain) || fits(rewritten(plain, with_html_escapes)) ||
         fits(rewritten(plain, in_ascii));
}

}  // namespace hookplan
