// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace hookplan {

// CRC-32C (Castagnoli, RFC 3385): tells damage on the way, nothing else.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace hookplan
