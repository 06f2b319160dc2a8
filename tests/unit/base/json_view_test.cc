// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_view.h"

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "tests/fixtures/tokens.h"

namespace hookplan {
namespace {

TEST_CASE("a JSON view shows values where they stand") {
  const std::string text =
      R"( {"a" : [1, -2.5e+3, true, null, {}], "b":{"c":"x\u00e4\ud83d\ude00\n\/"}, "d":"eA=="} )";
  const auto json = JsonView::of(text);
  REQUIRE(json.has_value());
  CHECK(json->find("a")->raw() == "[1, -2.5e+3, true, null, {}]");
  CHECK(json->find("a")->items().size() == 5);
  CHECK(json->find("a")->items()[2].is_true());
  CHECK(json->find("b", "c")->text() == "xä😀\n/");
  CHECK(json->find("b", "c")->raw().data() > text.data());
  CHECK(fixtures::text_of(*json->find("b", "c")->secret()) == "xä😀\n/");
  CHECK_FALSE(json->find("a")->secret().has_value());
  CHECK(fixtures::text_of(*json->find("d")->secret()) == "eA==");
  CHECK(fixtures::text_of(*json->find("d")->decoded()) == "x");
  CHECK(json->find("a")->items()[3].decoded()->empty());
  CHECK_FALSE(json->find("a")->decoded().has_value());
  CHECK(json->find("e") == nullptr);
  CHECK(json->find("d", "e") == nullptr);
}

TEST_CASE("a JSON view takes nothing that is not JSON") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "{", "}", "[1,]", "[,1]", R"({"a":1,})", R"({"a" 1})",
               R"({a:1})", R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", "01", "1.", ".5", "1e",
               "+1", "nul", "truefalse", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "\"a\nb\"",
               "1 2", "\"\xff\"", "'a'", "NaN", "[1", "{\"a\":}", "\xEF\xBB\xBF{}", "\\");
  CAPTURE(text);
  CHECK_FALSE(JsonView::of(text).has_value());
}

TEST_CASE("a JSON view has an end to its depth") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(JsonView::of(nested(64)).has_value());
  CHECK_FALSE(JsonView::of(nested(66)).has_value());
  CHECK_FALSE(JsonView::of(std::string(1 << 20, '[')).has_value());
}

TEST_CASE("what the strict JSON of hookplan takes, the view takes, too") {
  const std::string text =
      GENERATE(as<std::string>(), "{}", "[]", "0", "-1", "\"\"", "\"\\\\\\\"\"",
               R"({"a":{"a":{"a":[]}}})", R"({"":[{"":""}]})", "true", " null\n", "42");
  CAPTURE(text);
  REQUIRE(parse_json(text, "t", "t", Code::internal_error).has_value());
  CHECK(JsonView::of(text).has_value());
}

TEST_CASE("a lone half of a pair of code units is not a character") {
  CHECK(JsonView::of(R"("\ud83dx")")->text() == "\xEF\xBF\xBDx");
  CHECK(JsonView::of(R"("\ude00")")->text() == "\xEF\xBF\xBD");
  CHECK(JsonView::of(R"("\ud83d\u0041")")->text() ==
        "\xEF\xBF\xBD"
        "A");
}

}  // namespace
}  // namespace hookplan
