// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hookplan {

// What a line is, as far as its first characters tell. An indentation is of spaces; a tab belongs
// to the content.
struct LineStart {
  std::size_t indent = 0;
  bool is_trivial = false;  // blank, or a comment alone
};
LineStart line_start(std::string_view text, std::size_t at);

// The line break that ends the line of `at`, or the end of the text.
std::size_t line_end(std::string_view text, std::size_t at);

// A name has letters, digits and `_ . / -` only, begins with none of the last three, is not too
// long for any reader, and means itself without quotes.
bool is_name_character(char c);
bool is_plain_name(std::string_view name);

// An entry as one or two lines of a block map that is indented by `indent`:
//
//     name:                                          name: {field: 2026-01-31T00:00:00Z}
//       field: 2026-01-31T00:00:00Z
//
// Name and time may be quoted; a comment may end each line; a line may end with CRLF. Every other
// form is somebody else's to read.
struct EntryForm {
  std::string_view name;
  std::string_view time;
  std::size_t end = 0;  // of the line break behind it
  std::uint32_t lines = 1;
};
std::optional<EntryForm> plain_entry(std::string_view text, std::size_t at, std::size_t indent,
                                     std::string_view field);

// True if there is nothing but blanks and a comment between `at` and the line break that must
// follow; `at` is then behind that.
bool take_end_of_line(std::string_view text, std::size_t& at);

}  // namespace hookplan
