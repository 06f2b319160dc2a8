// SPDX-License-Identifier: Apache-2.0
#include "core/base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace hookplan {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

void fill_random(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the operating system gives no random bytes");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

Secret random_hex(std::size_t bytes) {
  Secret digits(2 * bytes);
  const std::span<char> room = digits.room();
  // The bytes come into the second half and are spread from the front: a pair of digits never
  // overtakes the byte it is made of.
  fill_random(room.subspan(bytes));
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(room[bytes + i]);
    room[2 * i] = kDigits[byte >> 4U];
    room[2 * i + 1] = kDigits[byte & 0xFU];
  }
  return digits;
}

std::string random_uuid() {
  std::string text =
      random_hex(16).reveal([](std::string_view digits) { return std::string(digits); });
  text[12] = '4';
  text[16] = kDigits[8U | (kDigits.find(text[16]) & 3U)];
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

}  // namespace hookplan
