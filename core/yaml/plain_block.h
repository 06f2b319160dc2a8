// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hookplan {

// A key at the margin with its colon, and the line that it begins; `value` is behind the colon.
struct MarginKey {
  std::string_view name;
  std::size_t value = 0;
};
std::optional<MarginKey> margin_key(std::string_view text, std::size_t at);

// The lines of a value in block style, up to the next key at the margin or the end of the text; if
// it is not plain, the lines before the first odd one.
struct BlockForm {
  bool is_plain = false;
  std::size_t end = 0;
  std::uint32_t lines = 0;
  std::size_t nodes = 0;  // at least
};

// The value of a key at the margin of a block map, from the line behind the key on. It is plain
// if each of its lines is of a kind that every YAML reader accepts and takes for the same:
//
// - blank lines, and comments on lines of their own or behind a value
// - `key:` and `- `, also several in a line, at columns that fit what is open
// - behind them a plain scalar, a quoted one with no escapes but `\\` and `\"`,
//   a flow collection of such; all on one
//   line
// - or a literal or folded text with its lines indented deeper by two at least
//
// Anchors, aliases, tags, merge keys, tabs, CRLF, scalars over several lines, keys and values that
// JSON cannot hold, more than 60 levels: all of these are somebody else's to read. So is a value
// that is followed at the margin by anything but a key.
//
// What follows the value is then read as if the key had no value: none of the lines leaves anything
// open, and no name in them can be spoken of elsewhere.
BlockForm plain_block(std::string_view text, std::size_t at);

}  // namespace hookplan
