// SPDX-License-Identifier: Apache-2.0
#include "core/sign/ssh_wire.h"

namespace hookplan {

std::uint32_t SshReader::number() {
  std::uint32_t value = 0;
  for (const char c : bytes(4)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::string_view SshReader::text() { return bytes(number()); }

std::string_view SshReader::bytes(std::size_t size) {
  if (size > rest_.size()) good_ = false;
  if (!good_) return {};
  const std::string_view read = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return read;
}

std::string ssh_text(std::string_view bytes) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    text += static_cast<char>(bytes.size() >> shift & 0xffU);
  }
  return text.append(bytes);
}

}  // namespace hookplan
