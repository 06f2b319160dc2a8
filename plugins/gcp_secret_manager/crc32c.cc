// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/crc32c.h"

namespace hookplan {

std::uint32_t crc32c(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;  // 0x1EDC6F41, its bits in reverse
  std::uint32_t sum = 0xFFFFFFFF;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? kPolynomial : 0);
  }
  return ~sum;
}

}  // namespace hookplan
