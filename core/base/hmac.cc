// SPDX-License-Identifier: Apache-2.0
#include "core/base/hmac.h"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace hookplan {
namespace {

std::string hmac_hex(const EVP_MD* algorithm, const Secret& key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code = {};
  unsigned int size = 0;
  const bool done = key.reveal([&](std::string_view key_bytes) {
    // An empty secret has no bytes to point to, but OpenSSL wants a pointer.
    const char* const start = key_bytes.empty() ? "" : key_bytes.data();
    return HMAC(algorithm, start, static_cast<int>(key_bytes.size()),
                reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), code.data(),
                &size) != nullptr;
  });
  if (!done) throw std::runtime_error("HMAC is not available");
  std::string digits;
  for (unsigned int i = 0; i < size; ++i) digits += fmt::format("{:02x}", code[i]);
  return digits;
}

}  // namespace

std::string hmac_sha256_hex(const Secret& key, std::string_view bytes) {
  return hmac_hex(EVP_sha256(), key, bytes);
}

std::string hmac_sha1_hex(const Secret& key, std::string_view bytes) {
  return hmac_hex(EVP_sha1(), key, bytes);
}

}  // namespace hookplan
