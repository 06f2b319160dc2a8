// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookplan {

// One Unicode scalar value at the start of a text; size 0 if the bytes there are not valid UTF-8
// (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF).
struct DecodedCharacter {
  char32_t value = 0;
  std::size_t size = 0;
};
DecodedCharacter decode_utf8(std::string_view text);

bool is_utf8(std::string_view text);

// Characters that change how a line is shown or read without being seen themselves: controls,
// bidirectional and default-ignorable ones (Unicode 15, DerivedCoreProperties.txt), and white space
// beyond the plain blank, which a CI runner trims before it looks for a command.
bool is_deceptive(char32_t character);

// The text with every byte that is not UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

// Every occurrence, from the left; what comes in is not looked at again.
void replace_all(std::string& text, std::string_view from, std::string_view to);

// The text, safe to show on one line of a terminal or a CI log: control characters, line breaks,
// odd white space, bidirectional and invisible characters become \u escapes; sequences that a CI
// runner takes for commands ("::" at the start, "##[" and "##vso" anywhere) are broken up.
std::string printable(std::string_view text);

// printable(), cut after 120 bytes: for words of any length in messages. Never a private key.
std::string excerpt(std::string_view text);

// The text as one word of a POSIX shell, in single quotes unless it needs none.
std::string shell_word(std::string_view text);

// The candidate nearest to `word`, ignoring case, if it is near enough to be a slip of the finger;
// otherwise empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// The decimal number that the text is, all of it, without sign or blank before it; nothing if it is
// something else or not in that range.
std::optional<std::int64_t> number_from(std::string_view text, std::int64_t least,
                                        std::int64_t most);

// Where the byte at `offset` stands: lines and columns from 1, columns in bytes.
struct TextPosition {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
TextPosition position_in(std::string_view text, std::size_t offset);

// A digit of ASCII.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ASCII letters in lower case; other bytes as they are.
std::string ascii_lower(std::string_view text);

// How many columns the text takes on a terminal: one for each character, two for wide ones.
std::size_t display_width(std::string_view text);

// "1 change", "2 changes": the number and the word, in the plural unless it is one.
std::string counted(std::size_t number, std::string_view singular, std::string_view plural = {});

}  // namespace hookplan
