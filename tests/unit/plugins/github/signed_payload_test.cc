// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/signed_payload.h"

#include <catch2/catch.hpp>

#include "core/base/hmac.h"
#include "core/base/secret_json.h"

namespace hookplan {
namespace {

TEST_CASE("a signature is found to fit however the payload is written in the log") {
  const Secret key = Secret::copy_of("It's a Secret to Everybody");
  // What was signed, and how the log may have it.
  const auto [signed_bytes, logged] = GENERATE(table<std::string, std::string>({
      {R"({"a":[1,2.50,"x y"],"b":{}})", R"({"a":[1,2.50,"x y"],"b":{}})"},
      {R"({"a":[1,2.50,"x y"],"b":{}})", "{\n  \"a\": [1, 2.50, \"x y\"],\n  \"b\": {}\n}"},
      {R"({"zen":"a < b & é 🐙 \" \\ \n"})",
       R"({"zen": "a \u003c b \u0026 \u00e9 \ud83d\udc19 \" \\ \n"})"},
      {R"({"zen":"a \u003c b \u0026 é"})", R"({"zen":"a < b & é"})"},
      {R"({"url":"https://x/y"})", R"({"url":"https:\/\/x\/y"})"},
      {R"({"zen":"\u00e9 \ud83d\udc19"})", R"({"zen":"é 🐙"})"},
  }));
  CAPTURE(signed_bytes, logged);
  const std::string signature = "sha256=" + hmac_sha256_hex(key, signed_bytes);
  CHECK(is_signed_with(key, logged, signature));
  CHECK_FALSE(is_signed_with(Secret::copy_of("other"), logged, signature));
  CHECK_FALSE(is_signed_with(key, logged + " ", "sha256=" + std::string(64, '0')));
  CHECK_FALSE(is_signed_with(key, logged, ""));
}

TEST_CASE("a member is cut out as it stands there") {
  const std::string json = R"( {"a" : {"x":"}\"]","y":[{}]} , "b":[1,2] ,"c":12.5,"d":"e\"f"} )";
  CHECK(raw_member(json, "a") == R"({"x":"}\"]","y":[{}]})");
  CHECK(raw_member(json, "b") == "[1,2]");
  CHECK(raw_member(json, "c") == "12.5");
  CHECK(raw_member(json, "d") == R"("e\"f")");
  CHECK_FALSE(raw_member(json, "x").has_value());
  CHECK_FALSE(raw_member("[1]", "x").has_value());
}

TEST_CASE("a body with secrets is JSON whatever they hold") {
  SecretJson json;
  json.raw("[").text(Secret::copy_of("a\"\\\n\x01z")).raw(",").text("b").raw("]");
  const Secret body = json.take();
  CHECK(body.reveal([](std::string_view text) { return std::string(text); }) ==
        "[\"a\\\"\\\\\\u000a\\u0001z\",\"b\"]");
}

}  // namespace
}  // namespace hookplan
