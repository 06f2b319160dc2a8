// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hookplan {

// RFC 4648 section 4: the standard alphabet, padded, without line breaks.
std::string base64(std::string_view bytes);

// The bytes of padded base64 in the standard or the URL-safe alphabet, if the text is the one way
// to write them: no white space, no mixed alphabets, no missing padding, no stray bits.
std::optional<std::string> bytes_from_base64(std::string_view text);

}  // namespace hookplan
