// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/document_writer.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kFoldAfter = 80;  // columns

std::string_view character_at(std::string_view text, std::size_t at) {
  return text.substr(at, decode_utf8(text.substr(at)).size);
}

bool is_space_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] == ' ';
}

}  // namespace

void DocumentWriter::name(std::string_view entry) {
  empty_ = false;
  indent(0);
  if (is_simple_key(entry)) {
    scalar(entry, ScalarPlace::simple_key, kIndent);
    indicator(':', false, false, false);
    list_columns_ = 0;
    return;
  }
  indicator('?', true, false, true);
  scalar(entry, ScalarPlace::complex_key, kIndent);
  indent(0);
  indicator(':', true, false, true);
  list_columns_ = kIndent;
}

void DocumentWriter::no_tokens() {
  indicator('[', true, true, false);
  indicator(']', false, false, false);
}

void DocumentWriter::token(std::string_view created, std::string_view value) {
  indent(list_columns_);
  indicator('-', true, false, true);
  field("created_at", created);
  field("value", value);
}

std::optional<Secret> DocumentWriter::take() {
  if (empty_) {
    indicator('{', true, true, false);
    indicator('}', false, false, false);
  }
  indent(0);
  if (overflow_) return std::nullopt;
  // Exactly as large as the document: the buffer, which is far larger, is wiped here.
  const Secret buffer = std::move(buffer_);
  return buffer.reveal(
      [&](std::string_view bytes) { return Secret::copy_of(bytes.substr(0, size_)); });
}

void DocumentWriter::field(std::string_view name, std::string_view value) {
  indent(list_columns_ + kIndent);
  scalar(name, ScalarPlace::simple_key, list_columns_ + 2 * kIndent);
  indicator(':', false, false, false);
  scalar(value, ScalarPlace::value, list_columns_ + 2 * kIndent);
}

void DocumentWriter::indent(std::size_t columns) {
  if (!only_indention_ || column_ > columns || (column_ == columns && !after_space_)) line_break();
  while (column_ < columns) put(" ");
  after_space_ = true;
  only_indention_ = true;
}

void DocumentWriter::indicator(char sign, bool needs_space, bool space_follows,
                               bool keeps_indention) {
  if (needs_space && !after_space_) put(" ");
  put({&sign, 1});
  after_space_ = space_follows;
  only_indention_ = only_indention_ && keeps_indention;
}

void DocumentWriter::scalar(std::string_view text, ScalarPlace place, std::size_t columns) {
  const bool may_fold = place != ScalarPlace::simple_key;
  switch (scalar_style(text, place)) {
    case ScalarStyle::plain: return plain(text, may_fold, columns);
    case ScalarStyle::single_quoted: return single_quoted(text, may_fold, columns);
    case ScalarStyle::double_quoted: return double_quoted(text, may_fold, columns);
    case ScalarStyle::literal: return literal(text, columns);
  }
}

void DocumentWriter::plain(std::string_view text, bool may_fold, std::size_t columns) {
  if (!after_space_) put(" ");
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view c = character_at(text, at);
    const bool single_space =
        c == " " && !is_space_at(text, at + 1) && !(at > 0 && is_space_at(text, at - 1));
    if (may_fold && single_space && column_ > kFoldAfter) {
      indent(columns);
    } else {
      put(c);
    }
    if (c != " ") only_indention_ = false;
    at += c.size();
  }
  after_space_ = false;
  only_indention_ = false;
}

void DocumentWriter::single_quoted(std::string_view text, bool may_fold, std::size_t columns) {
  indicator('\'', true, false, false);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view c = character_at(text, at);
    const bool inside = at > 0 && at + 1 < text.size();
    const bool single_space =
        inside && c == " " && !is_space_at(text, at + 1) && !is_space_at(text, at - 1);
    if (may_fold && single_space && column_ > kFoldAfter) {
      indent(columns);
    } else {
      if (c == "'") put("'");
      put(c);
    }
    if (c != " ") only_indention_ = false;
    at += c.size();
  }
  indicator('\'', false, false, false);
  only_indention_ = false;
}

void DocumentWriter::double_quoted(std::string_view text, bool may_fold, std::size_t columns) {
  indicator('"', true, false, false);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view c = character_at(text, at);
    const bool inside = at > 0 && at + 1 < text.size();
    if (is_escaped(text, at, c.size())) {
      escape(c);
    } else if (may_fold && inside && c == " " && !is_space_at(text, at - 1) &&
               column_ > kFoldAfter) {
      indent(columns);
      // The fold stands for one space; the next one would be lost without this.
      if (is_space_at(text, at + 1)) put("\\");
    } else {
      put(c);
    }
    at += c.size();
  }
  indicator('"', false, false, false);
}

void DocumentWriter::literal(std::string_view text, std::size_t columns) {
  indicator('|', true, false, false);
  if (text.front() == ' ' || text.front() == '\n') indicator('2', false, false, false);
  if (!text.ends_with('\n')) {
    indicator('-', false, false, false);
  } else if (text.size() == 1 || text[text.size() - 2] == '\n') {
    indicator('+', false, false, false);
  }
  line_break();
  only_indention_ = true;
  after_space_ = true;
  bool at_line_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view c = character_at(text, at);
    if (c == "\n") {
      line_break();
      only_indention_ = true;
    } else {
      if (at_line_start) indent(columns);
      put(c);
      only_indention_ = false;
    }
    at_line_start = c == "\n";
    at += c.size();
  }
}

void DocumentWriter::escape(std::string_view character) {
  const char32_t c = decode_utf8(character).value;
  // yaml-cpp reads two more of the library's short ones, \N and \_, as broken UTF-8; no token of
  // Prow's own has them.
  constexpr std::pair<char32_t, char> kShort[] = {
      {0x00, '0'}, {0x07, 'a'}, {0x08, 'b'}, {0x09, 't'},  {0x0A, 'n'},   {0x0B, 'v'},  {0x0C, 'f'},
      {0x0D, 'r'}, {0x1B, 'e'}, {'"', '"'},  {'\\', '\\'}, {0x2028, 'L'}, {0x2029, 'P'}};
  put("\\");
  const auto* const found = std::ranges::find(kShort, c, &std::pair<char32_t, char>::first);
  if (found != std::end(kShort)) return put({&found->second, 1});
  const auto number = static_cast<std::uint32_t>(c);
  std::string digits = c <= 0xFF     ? fmt::format("x{:02X}", number)
                       : c <= 0xFFFF ? fmt::format("u{:04X}", number)
                                     : fmt::format("U{:08X}", number);
  for (const char& digit : digits) put({&digit, 1});
  wipe(digits);
}

void DocumentWriter::put(std::string_view character) {
  const std::span<char> room = buffer_.room().subspan(size_);
  if (character.size() > room.size()) {
    overflow_ = true;
    return;
  }
  std::ranges::copy(character, room.begin());
  size_ += character.size();
  ++column_;
}

void DocumentWriter::line_break() {
  put("\n");
  column_ = 0;
}

}  // namespace hookplan
