// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "core/base/text.h"

namespace hookplan {
namespace {

TEST_CASE("UTF-8 is what RFC 3629 says") {
  for (const char* const good :
       {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    CHECK(is_utf8(good));
  }
  for (const char* const bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"}) {
    CHECK_FALSE(is_utf8(bad));
    CHECK(is_utf8(to_valid_utf8(bad)));
  }
}

TEST_CASE("printed text cannot command a terminal or a CI runner") {
  CHECK(printable("foo/bar.baz é 漢") == "foo/bar.baz é 漢");
  CHECK(printable("a\x1b[31mb\nc\td") == "a\\u001b[31mb\\u000ac\\u0009d");
  CHECK(printable("\xE2\x80\xAEgpj.exe") == "\\u202egpj.exe");
  CHECK(printable("\xC2\xA0::error::x") == "\\u00a0::error::x");
  CHECK(printable("  ::error::x") == "  \\u003a:error::x");
  CHECK(printable("a ::b") == "a ::b");
  CHECK(printable("x##[group]y").find("##[") == std::string::npos);
  CHECK(printable("##vso[x]").find("##vso") == std::string::npos);
  CHECK(printable("\xFF") == "\\xff");
}

TEST_CASE("the nearest word is a slip of the finger away") {
  CHECK(nearest("token_create_after", {"token_created_after", "other"}) == "token_created_after");
  CHECK(nearest("paln", {"plan", "check"}) == "plan");
  CHECK(nearest("PLAN", {"plan", "check"}) == "plan");
  CHECK(nearest("zebra", {"plan", "check"}).empty());
  CHECK(nearest("", {"plan"}).empty());
  CHECK(nearest(std::string(100'000, 'a'), {"plan"}).empty());
}

TEST_CASE("a shell word is one word to the shell, and itself") {
  CHECK(shell_word("config/prow/config.yaml") == "config/prow/config.yaml");
  CHECK(shell_word("my $HOME") == "'my $HOME'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("") == "''");
}

TEST_CASE("a width counts what a terminal shows") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("e\xCC\x81") == 1);
}

TEST_CASE("a number is digits, all of them, within the range") {
  CHECK(number_from("0", 0, 9) == 0);
  CHECK(number_from("9", 0, 9) == 9);
  CHECK(number_from("9223372036854775807", 0, INT64_MAX) == INT64_MAX);
  for (const char* const text :
       {"", "-1", "-0", "+1", " 1", "1 ", "1x", "0x1", "10", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(number_from(text, 0, 9).has_value());
  }
}

TEST_CASE("a place in a text has a line and a column") {
  const auto place = [](std::string_view text, std::size_t offset) {
    const TextPosition position = position_in(text, offset);
    return std::pair(position.line, position.column);
  };
  CHECK(place("", 0) == std::pair(1U, 1U));
  CHECK(place("ab\ncd", 1) == std::pair(1U, 2U));
  CHECK(place("ab\ncd", 3) == std::pair(2U, 1U));
  CHECK(place("ab\n", 99) == std::pair(2U, 1U));
}

}  // namespace
}  // namespace hookplan
