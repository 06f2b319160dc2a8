// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hookplan {

// What Prow's YAML library makes of a scalar without quotes and tag, to the last corner: a token of
// 40 hexadecimal digits may look like a number to it. core/yaml/yaml_scalar.h keeps to the safe
// side instead, which is not enough to write what Prow writes.
enum class BareMeaning { text, null, boolean, integer, floating, timestamp };
BareMeaning bare_meaning(std::string_view scalar);

// True if Prow writes this text without quotes as far as its meaning goes; the characters may still
// ask for some. Numbers of base 60 are quoted for the sake of other readers.
bool means_itself(std::string_view text);

// True if Prow reads exactly these characters where the scalar stands for a token: it is text, a
// timestamp, which stays text there, or an integer as it would be printed.
bool keeps_its_text(std::string_view scalar);

}  // namespace hookplan
