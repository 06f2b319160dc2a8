// SPDX-License-Identifier: Apache-2.0
#include "core/base/digest.h"

#include <stdexcept>

#include <openssl/evp.h>

namespace hookplan {
namespace {

std::string digest(std::string_view bytes, const EVP_MD* algorithm) {
  std::string result(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  auto* const room = reinterpret_cast<unsigned char*>(result.data());
  if (EVP_Digest(bytes.data(), bytes.size(), room, &size, algorithm, nullptr) != 1) {
    throw std::runtime_error("SHA-2 is not available");
  }
  result.resize(size);
  return result;
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest(bytes, EVP_sha256()); }
std::string sha512(std::string_view bytes) { return digest(bytes, EVP_sha512()); }

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : sha256(bytes)) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4U];
    hex += kDigits[static_cast<unsigned char>(c) & 0xFU];
  }
  return hex;
}

}  // namespace hookplan
