// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/nasty_text.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace hookplan::oracle {
namespace {

using std::string_view_literals::operator""sv;

constexpr auto kPieces = std::to_array<std::string_view>({
    "\t"sv,
    " \t\n"sv,
    "\r"sv,
    "\r\n"sv,
    "\xC2\x85"sv,
    "\xE2\x80\xA8"sv,
    "\xEF\xBB\xBF"sv,
    "\x7F"sv,
    "---\n"sv,
    "...\n"sv,
    "%"sv,
    "%YAML 1.2\n---\n"sv,
    "%z: 1\n"sv,
    "# c\n"sv,
    " #c"sv,
    "'"sv,
    "\""sv,
    "\\/"sv,
    "\\'"sv,
    "\\u0041"sv,
    "\\x4"sv,
    "["sv,
    "]"sv,
    "{"sv,
    "}"sv,
    ","sv,
    ", ,"sv,
    ":"sv,
    ": "sv,
    ":,"sv,
    "? "sv,
    "?"sv,
    "- "sv,
    "-\t"sv,
    "- - "sv,
    "|"sv,
    "|\n"sv,
    ">-\n"sv,
    "&a "sv,
    "&a.b "sv,
    "*a"sv,
    "*a : "sv,
    "&a: "sv,
    "!!str "sv,
    "!!int "sv,
    "!t "sv,
    "!t"sv,
    "! "sv,
    "!<x> "sv,
    "!e!x "sv,
    "<<: "sv,
    "<<: *a\n"sv,
    "~"sv,
    "null"sv,
    ".inf"sv,
    ".nan"sv,
    "0x1F"sv,
    "1e3"sv,
    "007"sv,
    "on"sv,
    "yes"sv,
    "true"sv,
    "\"true\""sv,
    "@"sv,
    "`"sv,
    "$"sv,
    "\\"sv,
    "\n"sv,
    "\n\n"sv,
    "  "sv,
    " "sv,
    "a: b\n"sv,
    "  a: b\n"sv,
    "a"sv,
    "9223372036854775808: x\n"sv,
    "{a: b}"sv,
    "[a, b]"sv,
    "{a:, b: 1}"sv,
    "\xC3\xA9"sv,
});

constexpr auto kLines = std::to_array<std::string_view>({
    "managed_webhooks:\n"sv,
    "  org_repo_config:\n"sv,
    "    foo/bar:\n"sv,
    "      token_created_after: 2020-01-01T00:00:00Z\n"sv,
    "    qux: {token_created_after: 2020-01-01T00:00:00Z}\n"sv,
    "  respect_legacy_global_token: true\n"sv,
    "  auto_accept_invitation: no\n"sv,
    "plank: {a: [b, c]}\n"sv,
    "tide:\n"sv,
    "- a\n"sv,
    "  - b: c\n"sv,
    "text: |\n  managed_webhooks:\n    x\n"sv,
    "x: 'y\n  z'\n"sv,
    "managed_webhooks: {org_repo_config: {foo: {token_created_after: 2020-01-01T00:00:00Z}}}\n"sv,
    "Managed_Webhooks:\n"sv,
    "y: &a {b: c}\n"sv,
    "z: *a\n"sv,
    "    foo/bar: {}\n"sv,
    "    'on':\n"sv,
    "\n"sv,
    "{managed_webhooks: {}}\n"sv,
    "? x\n: y\n"sv,
    "--- # doc\n"sv,
});

std::size_t below(std::mt19937_64& random, std::size_t limit) { return random() % limit; }

template <typename List>
std::string_view one_of(const List& list, std::mt19937_64& random) {
  return list[below(random, list.size())];
}

std::size_t line_start(const std::string& text, std::size_t at) {
  const std::size_t feed = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  return feed == std::string::npos ? 0 : feed + 1;
}

}  // namespace

std::string made_nasty(std::string text, std::mt19937_64& random) {
  for (std::size_t edits = 1 + below(random, 3); edits > 0; --edits) {
    const std::size_t at = below(random, text.size() + 1);
    const std::size_t length = below(random, 1 + text.size() - at) % 24;
    switch (below(random, 8)) {
      case 0:
      case 1: text.insert(at, one_of(kPieces, random)); break;
      case 2: text.insert(line_start(text, at), one_of(kPieces, random)); break;
      case 3: text.insert(line_start(text, at), one_of(kLines, random)); break;
      case 4: text.erase(at, length); break;
      case 5: text.insert(below(random, text.size() + 1), text.substr(at, length)); break;
      case 6: text.replace(at, length == 0 ? 0 : 1, one_of(kPieces, random)); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

std::string nasty_document(std::mt19937_64& random) {
  std::string text;
  for (std::size_t lines = 1 + below(random, 7); lines > 0; --lines) text += one_of(kLines, random);
  return below(random, 4) == 0 ? text : made_nasty(std::move(text), random);
}

}  // namespace hookplan::oracle
