// SPDX-License-Identifier: Apache-2.0
#include "core/sign/evp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace hookplan {
namespace {

constexpr std::size_t kFieldBytes = 32;

using Bytes32 = std::array<std::uint8_t, kFieldBytes>;

// What precedes the key itself in the DER of a SubjectPublicKeyInfo: algorithm identifiers and
// lengths, which are the same for every key of the type.
constexpr std::array<std::uint8_t, 12> kEd25519Prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                         0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::array<std::uint8_t, 27> kP256Prefix = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

// The y coordinates of the Ed25519 points of small order (RFC 8032, 5.1), little endian; the sign
// bit is not part of y. They are the roots of the 8-division polynomial: order 1 and 2 (1 and -1),
// order 4 (0), order 8 (the two others).
constexpr std::array<Bytes32, 5> kSmallOrder = {{
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x00},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

// y is written as a number below the prime 2^255 - 19.
bool is_reduced(const Bytes32& y) {
  Bytes32 prime = {};
  prime.fill(0xff);
  prime.front() = 0xed;
  prime.back() = 0x7f;
  return std::ranges::lexicographical_compare(y.rbegin(), y.rend(), prime.rbegin(), prime.rend());
}

template <std::size_t Size>
std::string_view view_of(const std::array<std::uint8_t, Size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Error weak(std::string_view name, std::string why) {
  ERR_clear_error();
  return key_error(Code::key_weak, name, std::move(why));
}

Result<std::string> canonical_ed25519(EVP_PKEY* key, std::string_view name) {
  Bytes32 raw = {};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size()) {
    return weak(name, "it has no public part");
  }
  Bytes32 y = raw;
  y.back() &= 0x7f;
  if (!is_reduced(y)) return weak(name, "its point is not written in the canonical way");
  if (std::ranges::find(kSmallOrder, y) != kSmallOrder.end()) {
    return weak(name, "it is a point of small order: anybody can sign for it");
  }
  return fmt::format("{}{}", view_of(kEd25519Prefix), view_of(raw));
}

Result<std::string> canonical_p256(EVP_PKEY* key, std::string_view name) {
  std::array<char, 64> text = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, text.data(), text.size(),
                                     &size) != 1 ||
      std::string_view(text.data()) != OSSL_PKEY_EC_ENCODING_GROUP) {
    return weak(name, "it spells out its curve instead of naming it");
  }
  if (EVP_PKEY_get_group_name(key, text.data(), text.size(), &size) != 1 ||
      std::string_view(text.data(), size) != "prime256v1") {
    ERR_clear_error();
    return key_error(Code::key_not_allowed, name,
                     fmt::format("the curve {} is not used, only P-256 (prime256v1)",
                                 std::string_view(text.data(), size)));
  }
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), &EVP_PKEY_CTX_free);
  if (context == nullptr || EVP_PKEY_public_check(context.get()) != 1) {
    return weak(name, "its point is not on the curve");
  }
  std::string der(view_of(kP256Prefix));
  for (const char* const coordinate : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
    BIGNUM* number = nullptr;
    Bytes32 bytes = {};
    const bool read = EVP_PKEY_get_bn_param(key, coordinate, &number) == 1 &&
                      BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size())) > 0;
    BN_free(number);
    if (!read) return weak(name, "it has no public part");
    der += view_of(bytes);
  }
  return der;
}

}  // namespace

std::string_view to_string(KeyType type) {
  switch (type) {
    case KeyType::p256: return "p256";
    case KeyType::ed25519: return "ed25519";
  }
  return "ed25519";
}

EvpKey owned(evp_pkey_st* key) { return {key, &EVP_PKEY_free}; }

Error key_error(Code code, std::string_view name, std::string message, std::string hint) {
  return fail(code, "{}: {}", name, message).hint(std::move(hint));
}

Result<std::string> canonical_public_key(evp_pkey_st* key, std::string_view name) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519: return canonical_ed25519(key, name);
    case EVP_PKEY_EC: return canonical_p256(key, name);
    default: break;
  }
  const char* const type = EVP_PKEY_get0_type_name(key);
  return key_error(Code::key_not_allowed, name,
                   fmt::format("{} keys are not used, only Ed25519 and ECDSA on P-256",
                               type == nullptr ? "such" : type));
}

std::string p256_public_key(std::string_view point) {
  if (point.size() != 1 + 2 * kFieldBytes || point.front() != '\x04') return {};
  return fmt::format("{}{}", view_of(kP256Prefix), point.substr(1));
}

}  // namespace hookplan
