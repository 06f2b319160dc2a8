// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace hookplan {

// How a text is written, and where it stands.
enum class ScalarStyle { plain, single_quoted, double_quoted, literal };
enum class ScalarPlace {
  simple_key,   // before a colon, on one line
  complex_key,  // after a question mark
  value,
};

// The style that Prow's YAML library chooses. Where what it writes would not be read back, by Prow
// or by hookplan, it is double quotes instead: the key `<<` (a merge key without quotes), the line
// breaks of Unicode. REQUIRES: the text is UTF-8.
ScalarStyle scalar_style(std::string_view text, ScalarPlace place);

// True if a name is written before its colon; otherwise it stands after a question mark.
bool is_simple_key(std::string_view name);

// True if the library writes the character at `at`, which has `size` bytes, as an escape in double
// quotes.
bool is_escaped(std::string_view text, std::size_t at, std::size_t size);

}  // namespace hookplan
