// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace hookplan {

// What YAML 1.1 as Prow reads it (yaml.v2) makes of a scalar without quotes and without a tag.
enum class PlainType { text, null, boolean, integer, floating, not_finite, merge };

PlainType plain_type(std::string_view scalar);

// The value of a bare boolean: true, y, Yes, ON, ... Nothing for any other scalar.
std::optional<bool> plain_boolean(std::string_view scalar);

// True if a bare key reads back as exactly these characters: it is text, or a number that is
// written as JSON would write it.
bool plain_key_keeps_its_text(std::string_view scalar);

}  // namespace hookplan
