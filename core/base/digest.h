// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hookplan {

// SHA-256 (FIPS 180-4) of the bytes as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// The digests themselves, 32 and 64 bytes.
std::string sha256(std::string_view bytes);
std::string sha512(std::string_view bytes);

}  // namespace hookplan
