// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "core/sign/private_key.h"

namespace hookplan {
namespace {

static_assert(!std::is_copy_constructible_v<PrivateKey>);
static_assert(!fmt::is_formattable<PrivateKey>::value);

using Number = boost::multiprecision::cpp_int;

const Number kPrime = (Number(1) << 255) - 19;

std::string little_endian(Number y) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(y & 0xff));
    y >>= 8;
  }
  return bytes;
}

Number power(const Number& base, const Number& exponent) {
  return boost::multiprecision::powm(base, exponent, kPrime);
}

// A square root modulo the prime, which is 5 modulo 8; nothing if there is none.
std::optional<Number> root_of(const Number& square) {
  Number root = power(square, (kPrime + 3) / 8);
  if (root * root % kPrime != square) root = root * power(2, (kPrime - 1) / 4) % kPrime;
  if (root * root % kPrime != square) return std::nullopt;
  return root;
}

// The y of the points of order 8, found from the curve instead of the list in the product: doubled
// they have y = 0, and from the doubling formula on -x^2 + y^2 = 1 + d x^2 y^2 follows d y^4 + 2
// y^2 - 1 = 0.
std::vector<Number> order_eight() {
  const Number d = (kPrime - 121'665) * power(121'666, kPrime - 2) % kPrime;
  const Number root = root_of((1 + d) % kPrime).value();
  std::vector<Number> all;
  for (const Number& sign : {root, Number(kPrime - root)}) {
    const Number square = (sign + kPrime - 1) * power(d, kPrime - 2) % kPrime;
    if (const auto y = root_of(square)) {
      all.push_back(*y);
      all.push_back(kPrime - *y);
    }
  }
  return all;
}

std::string ed25519_pem(std::string_view point) {
  constexpr std::string_view kPrefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
  return fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                     base64(fmt::format("{}{}", kPrefix, point)));
}

Code refusal_of_point(std::string_view point) {
  const auto key = PublicKey::from_pem(ed25519_pem(point), "key");
  REQUIRE_FALSE(key.has_value());
  return key.error().first().code;
}

TEST_CASE("Ed25519 keys for which anybody can sign are refused, with either sign of x") {
  std::vector<Number> weak = order_eight();
  CHECK(weak.size() == 2);
  for (const Number& y : {Number(1), Number(kPrime - 1), Number(0)}) weak.push_back(y);  // 1, 2, 4
  for (const Number& y : weak) {
    std::string point = little_endian(y);
    CHECK(refusal_of_point(point) == Code::key_weak);
    point.back() = static_cast<char>(point.back() ^ '\x80');
    CHECK(refusal_of_point(point) == Code::key_weak);
  }
}

TEST_CASE("Ed25519 keys whose y is not below the prime are refused: they are second spellings") {
  for (int above = 0; above < 19; ++above) {
    std::string point(32, '\xff');
    point.front() = static_cast<char>(0xed + above);
    point.back() = '\x7f';
    CHECK(refusal_of_point(point) == Code::key_weak);
  }
}

TEST_CASE("a key signs what its public half verifies, and nothing else") {
  for (const KeyType type : {KeyType::p256, KeyType::ed25519}) {
    const PrivateKey key = PrivateKey::generate(type);
    const PrivateKey other = PrivateKey::generate(type);
    const std::string signature = key.sign("bytes");
    CHECK(key.public_key().verifies("bytes", signature));
    CHECK_FALSE(key.public_key().verifies("byteS", signature));
    CHECK_FALSE(other.public_key().verifies("bytes", signature));
    CHECK_FALSE(key.public_key().verifies("bytes", signature + '\0'));
    CHECK_FALSE(key.public_key().verifies("bytes", signature.substr(1)));
    CHECK_FALSE(key.public_key().verifies("bytes", ""));
    CHECK(PublicKey::from_pem(key.public_key().pem(), "key").value() == key.public_key());
    CHECK(PublicKey::from_ssh(key.public_key().ssh(), "key").value() == key.public_key());
    CHECK_FALSE(key.public_key() == other.public_key());
  }
}

TEST_CASE("a private key is read as it was written, with its passphrase alone") {
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const Secret none;
  const Secret passphrase = Secret::copy_of("correct horse");
  const Secret plain = key.to_pem(none);
  const Secret encrypted = key.to_pem(passphrase);
  CHECK_FALSE(PrivateKey::is_encrypted(plain));
  CHECK(PrivateKey::is_encrypted(encrypted));
  CHECK(PrivateKey::from_pem(plain, none, "key")->public_key() == key.public_key());
  CHECK(PrivateKey::from_pem(encrypted, passphrase, "key")->public_key() == key.public_key());
  const auto code = [&](const Secret& with) {
    return PrivateKey::from_pem(encrypted, with, "key").error().first().code;
  };
  CHECK(code(none) == Code::passphrase_missing);
  CHECK(code(Secret::copy_of("wrong")) == Code::passphrase_wrong);
}

}  // namespace
}  // namespace hookplan
