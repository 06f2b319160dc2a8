// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/printed_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/base/text.h"

namespace hookplan::bad_input {
namespace {

constexpr std::string_view kFix = "fix: ";

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The number at the start of `text`, which is left behind it; 0 if there is none.
unsigned take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return failure == std::errc{} ? number : 0;
}

std::string_view line_at(std::string_view text, std::size_t start) {
  return text.substr(start, text.find('\n', start) - start);
}

unsigned json_number(std::string_view text, std::string_view member) {
  const std::size_t found = text.find(member);
  if (found == std::string_view::npos) return 0;
  std::string_view rest = text.substr(found + member.size());
  return take_number(rest);
}

// "    config.yaml:3:14  field"; a path may hold colons and blanks itself.
Place place_in(std::string_view line) {
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    std::string_view rest = line.substr(colon + 1);
    if (rest.empty() || !is_digit(rest.front())) continue;
    Place place;
    place.line = take_number(rest);
    if (rest.starts_with(':')) {
      rest.remove_prefix(1);
      place.column = take_number(rest);
    }
    if (rest.empty() || rest.front() == ' ') return place;
  }
  return {};
}

}  // namespace

std::string first_code(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  for (std::size_t at = text.find("HP"); at != std::string_view::npos;
       at = text.find("HP", at + 1)) {
    const std::string_view digits = text.substr(at + 2, kDigits);
    if (digits.size() == kDigits && std::ranges::all_of(digits, is_digit)) {
      return "HP" + std::string(digits);
    }
  }
  return {};
}

Place first_place(std::string_view text) {
  if (text.starts_with("{\"diagnostics\"")) {
    return {json_number(text, "\"line\":"), json_number(text, "\"column\":")};
  }
  const std::string code = first_code(text);
  const std::size_t said = text.find(code);
  const std::size_t next = std::min(text.find('\n', said), text.size());
  const std::string_view line = line_at(text, std::min(next + 1, text.size()));
  return line.find(kFix) == std::string_view::npos ? place_in(line) : Place();
}

bool names_a_fix(std::string_view text) {
  constexpr std::string_view kHint = "\"hint\":\"";
  const std::size_t hint = text.find(kHint);
  const bool in_json = hint != std::string_view::npos && text[hint + kHint.size()] != '"';
  return in_json || text.find(kFix) != std::string_view::npos;
}

std::string unsafe_line(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::string_view line = line_at(text, start);
    const bool control =
        std::ranges::any_of(line, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
    const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
    const bool command = line.substr(first).starts_with("::") ||
                         line.find("##[") != std::string_view::npos ||
                         line.find("##vso") != std::string_view::npos;
    if (control || command || !is_utf8(line)) return std::string(line);
    start += line.size() + 1;
  }
  return {};
}

}  // namespace hookplan::bad_input
