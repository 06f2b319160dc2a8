// SPDX-License-Identifier: Apache-2.0
#include "core/base/hmac.h"

#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/random.h"

namespace hookplan {
namespace {

bool validates(std::string_view header, const std::vector<std::string_view>& keys,
               std::string_view body) {
  bool valid = false;
  for (const std::string_view key : keys) {
    valid = valid || header == "sha256=" + hmac_sha256_hex(Secret::copy_of(key), body);
  }
  return valid;
}

// The vectors V1 to V7 of Prow's own tests.
TEST_CASE("signatures are those that GitHub makes and Prow checks") {
  const std::string empty = "19092633e5aa9a849dfcc9d2df4e76db2df1fcba7f38915f2c7833bd8a510f2f";
  CHECK(validates("sha256=" + empty, {"abc", "key"}, "{}"));
  CHECK_FALSE(validates(empty, {"abc", "key"}, "{}"));
  CHECK_FALSE(validates("", {"abc", "key"}, "{}"));
  CHECK(validates("sha256=87e9dcd175b5188a43e6ba0511da057b51f38f5a88088b198f26db13f1409280",
                  {"abc1", "key1"}, R"({"organization": {"login": "org1"}})"));
  CHECK(validates("sha256=489ff461f227239a8b2ae0ec5b452dc134712ef2e23a9939ecf7a889b467351b",
                  {"abc2", "key2"}, R"({"repository": {"full_name": "org2/repo"}})"));
  CHECK(validates(
      "sha256=1ec548cd58f7846a1af4736d08d29604de0b85edd19e3b8569c5eda544c200fc", {"abc2", "key2"},
      R"({"repository": {"full_name": "org2/repo"}, "organization": {"login": "org2"}})"));
  CHECK(hmac_sha256_hex(Secret::copy_of("It's a Secret to Everybody"), "Hello, World!") ==
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

TEST_CASE("HMAC keeps to its standards") {
  // RFC 2202 2 and 6, RFC 4231 2.
  const Secret jefe = Secret::copy_of("Jefe");
  CHECK(hmac_sha1_hex(jefe, "what do ya want for nothing?") ==
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(hmac_sha256_hex(jefe, "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha1_hex(Secret::copy_of(std::string(80, '\xaa')),
                      "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  CHECK(hmac_sha256_hex({}, "") ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("random hexadecimal digits use every digit at every place") {
  std::vector<std::set<char>> seen(40);
  for (int i = 0; i < 400; ++i) {
    random_hex(20).reveal([&](std::string_view digits) {
      REQUIRE(digits.size() == 40);
      for (std::size_t place = 0; place < 40; ++place) seen[place].insert(digits[place]);
    });
  }
  const std::string_view all = "0123456789abcdef";
  for (const std::set<char>& digits : seen) CHECK(digits == std::set<char>(all.begin(), all.end()));
  CHECK(random_hex(0).empty());
}

TEST_CASE("a UUID says that it is random") {
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = random_uuid();
    REQUIRE(uuid.size() == 36);
    for (const std::size_t place : {8U, 13U, 18U, 23U}) CHECK(uuid[place] == '-');
    CHECK(uuid[14] == '4');
    variants.insert(uuid[19]);
    seen.insert(uuid);
  }
  CHECK(seen.size() == 100);
  CHECK(variants == std::set<char>{'8', '9', 'a', 'b'});
}

}  // namespace
}  // namespace hookplan
