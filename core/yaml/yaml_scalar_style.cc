// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_scalar_style.h"

#include "core/base/text.h"
#include "core/yaml/bare_scalar.h"
#include "core/yaml/yaml_bytes.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

constexpr std::size_t kLongestSimpleKey = 128;

bool is_line_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// What the library writes as it is. It escapes everything beyond the first 65536 characters. The
// line breaks of Unicode are ours to escape: only some readers know them.
bool is_written_raw(char32_t c) {
  return c == '\n' || (c >= 0x20 && c < 0x7F) ||
         (c >= 0xA0 && c <= 0xFFFD && c != 0xFEFF && !is_line_break(c));
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Whether a character at the beginning keeps a text from being plain.
bool is_indicator_at_start(char c, bool blank_follows) {
  constexpr std::string_view kAlways = "#,[]{}&*!|>'\"%@`";
  constexpr std::string_view kBeforeBlank = "?:-";
  return kAlways.find(c) != std::string_view::npos ||
         (blank_follows && kBeforeBlank.find(c) != std::string_view::npos);
}

// What a text has in it that speaks against some style.
struct Traits {
  bool indicators = false;  // plain would be read as something else
  bool special = false;     // something that needs an escape, or a space before a line break
  bool line_breaks = false;
  bool space_at_end = false;
  bool blank_at_start = false;
  bool space_after_break = false;
};

Traits traits_of(std::string_view text) {
  Traits traits;
  traits.indicators = text.starts_with("---") || text.starts_with("...");
  bool after_space = false;
  bool after_break = false;
  bool after_blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter c = decode_utf8(text.substr(at));
    const std::size_t next = at + c.size;
    const bool blank_follows = next == text.size() || is_blank(text[next]);
    const char byte = text[at];
    if (at == 0 ? is_indicator_at_start(byte, blank_follows)
                : (byte == ':' && blank_follows) || (byte == '#' && after_blank)) {
      traits.indicators = true;
    }
    if (!is_written_raw(c.value)) traits.special = true;
    const bool space = byte == ' ';
    const bool line_break = byte == '\n';
    if (space && next == text.size()) traits.space_at_end = true;
    if (space && after_break) traits.space_after_break = true;
    if (line_break && after_space) traits.special = true;
    if (line_break) traits.line_breaks = true;
    if (space && at == 0) traits.blank_at_start = true;
    after_space = space;
    after_break = line_break;
    after_blank = is_blank(byte) || is_line_break(c.value) || c.value == 0;
    at = next;
  }
  return traits;
}

// Bare keys that Prow writes although it reads a merge key, or other readers a number, in them.
bool is_odd_key(std::string_view text) {
  const PlainType type = plain_type(text);
  return type == PlainType::merge || type == PlainType::integer;
}

}  // namespace

bool is_escaped(std::string_view text, std::size_t at, std::size_t size) {
  // A text that begins with a byte order mark is escaped as a whole: a slip of the library.
  const char c = text[at];
  return c == '"' || c == '\\' || c == '\n' || text.starts_with(kByteOrderMark) ||
         !is_written_raw(decode_utf8(text.substr(at, size)).value);
}

bool is_simple_key(std::string_view name) {
  if (name.size() > kLongestSimpleKey) return false;
  for (std::size_t at = 0; at < name.size();) {
    const DecodedCharacter c = decode_utf8(name.substr(at));
    if (is_line_break(c.value)) return false;
    at += c.size;
  }
  return true;
}

ScalarStyle scalar_style(std::string_view text, ScalarPlace place) {
  const Traits traits = traits_of(text);
  if (traits.special) return ScalarStyle::double_quoted;
  if (traits.line_breaks) {
    return traits.space_at_end ? ScalarStyle::double_quoted : ScalarStyle::literal;
  }
  if (!means_itself(text)) return ScalarStyle::double_quoted;
  if (place != ScalarPlace::value && is_odd_key(text)) return ScalarStyle::double_quoted;
  const bool plain = !traits.indicators && !traits.blank_at_start && !traits.space_at_end;
  return plain ? ScalarStyle::plain : ScalarStyle::single_quoted;
}

}  // namespace hookplan
