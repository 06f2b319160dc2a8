// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace hookplan::generate {

// Where a scalar is to be written, as far as it limits the styles.
struct ScalarPlace {
  bool key = false;   // on a single line
  bool flow = false;  // inside [] or {}
  bool json = false;  // as JSON has it
  std::size_t quote_percent = 50;
  std::size_t fold_percent = 0;  // chance of a scalar to go over several lines
  std::size_t fold_indent = 1;   // least column of its further lines, at least 1
};

// Whether every reader in question (YAML 1.1, 1.2, Go's) takes the bare text for a string. Errs on
// the side of no.
bool reads_as_text(std::string_view text);

// Whether `text` may be written without quotes there and still be this text. Also true for a
// decimal integer as a key: Go's reader converts it back to the same text.
bool may_be_plain(std::string_view text, const ScalarPlace& place);

// Plain, single or double quoted.
std::string write_text(const std::string& text, const ScalarPlace& place, std::mt19937_64& random);

bool may_be_block_scalar(std::string_view text);

// Literal or folded, from the header on, with the final line break. `parent` is the column of the
// key or the dash it belongs to. `header_comment` is "" or starts with a space.
std::string write_block_scalar(const std::string& text, std::size_t parent,
                               const std::string& header_comment, std::mt19937_64& random);

}  // namespace hookplan::generate
