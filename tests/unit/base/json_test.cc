// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/json.h"

namespace hookplan {
namespace {

std::string as_json(std::string_view text) {
  JsonWriter json;
  json.string(text);
  return json.take();
}

TEST_CASE("strings are written with the shortest escapes of RFC 8785") {
  CHECK(as_json("a/b \"c\" \\ \xC3\xA9") == "\"a/b \\\"c\\\" \\\\ \xC3\xA9\"");
  CHECK(as_json("\b\f\n\r\t\x01\x1F\x7F") == "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
  CHECK(as_json("bad \xFF byte") == "\"bad \xEF\xBF\xBD byte\"");
}

TEST_CASE("keys out of order are our own mistake, and noticed") {
  JsonWriter json;
  json.begin_object();
  json.key("b").null();
  CHECK_THROWS_AS(json.key("a"), std::logic_error);
  CHECK_THROWS_AS(json.key("b"), std::logic_error);
  CHECK_THROWS_AS(json.integer(std::int64_t{1} << 53), std::logic_error);
}

TEST_CASE("what two readers could read differently is refused") {
  const std::string deep = std::string(1'000'000, '[');
  const std::string bad =
      GENERATE_COPY(values<std::string>({"",
                                         "{",
                                         "{}x",
                                         "{\"a\":1,\"a\":2}",
                                         "{\"a\":{\"b\":1,\"b\":1}}",
                                         "1.0",
                                         "1e2",
                                         "9007199254740992",
                                         "-9007199254740992",
                                         "18446744073709551615",
                                         "NaN",
                                         "'a'",
                                         "{a:1}",
                                         "[1,]",
                                         "// c\n1",
                                         "\"\xFF\"",
                                         "\"\\ud800\"",
                                         "\"\n\"",
                                         std::string("1\0", 2),
                                         "\xEF\xBB\xBF{}",
                                         deep,
                                         std::string(33, '[') + std::string(33, ']')}));
  CAPTURE(bad.substr(0, 60));
  const Result<JsonValue> json = parse_json(bad, "x.json", "a list", Code::ledger_unreadable);
  REQUIRE_FALSE(json.has_value());
  CHECK(json.error().first().code == Code::ledger_unreadable);
  CHECK(json.error().kind == ErrorKind::token_document);
  CHECK(json.error().first().message.starts_with("not the JSON of a list: "));
  CHECK(json.error().first().where.line >= 1);
}

TEST_CASE("a mistake is placed by line and column") {
  const Result<JsonValue> json =
      parse_json("{\"a\":1,\n \"a\":2}", "x.json", "a record", Code::internal_error);
  REQUIRE_FALSE(json.has_value());
  CHECK(json.error().first().where.line == 2);
  CHECK(json.error().first().message.find("\"a\" twice") != std::string::npos);
}

TEST_CASE("numbers of other services are kept digit by digit") {
  const auto json = parse_service_json(R"({"id": 9007199254740993123, "took": 0.27, "n": -1e300})",
                                       "an answer", Code::internal_error);
  REQUIRE(json.has_value());
  CHECK(json->find("id")->string == "9007199254740993123");
  CHECK(json->find("took")->string == "0.27");
  CHECK(json->find("n")->string == "-1e300");
  for (const std::string& bad :
       {std::string("{\"a\":1,\"a\":2}"), std::string("01"), std::string("\"\xFF\""),
        std::string(101, '[') + std::string(101, ']')}) {
    CHECK_FALSE(parse_service_json(bad, "an answer", Code::internal_error).has_value());
  }
}

}  // namespace
}  // namespace hookplan
