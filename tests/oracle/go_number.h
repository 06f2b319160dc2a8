// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookplan::oracle {

// Go's strconv as far as yaml.v2 uses it. Base 0 means: decided by the prefix 0x, 0o, 0b or 0.
std::optional<std::int64_t> parse_go_int(std::string_view text, unsigned base);
std::optional<std::uint64_t> parse_go_uint(std::string_view text, unsigned base);

// [-+]? ( .digits | digits [ . digits* ] ) ( e [-+]? digits )?
bool looks_like_yaml_float(std::string_view text);

// `text` must look like a float. Nothing if it is too large for a double.
std::optional<double> parse_decimal_float(const std::string& text);

// strconv.ParseFloat for text that begins with '.'; underscores between digits are allowed.
std::optional<double> parse_go_float(const std::string& text);

// How Prow writes a float that was used as a mapping key: shortest text of the *float32*.
std::string format_float_key(double value);

// Go's base64.StdEncoding: padding required, line breaks skipped, spare bits not checked.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace hookplan::oracle
