// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

TEST_CASE("bare booleans are those of YAML 1.1 as Prow reads it") {
  for (const char* const text : {"y", "Y", "yes", "On", "TRUE"}) CHECK(plain_boolean(text) == true);
  for (const char* const text : {"n", "N", "No", "off", "FALSE"})
    CHECK(plain_boolean(text) == false);
  for (const char* const text : {"tRUE", "1", "0", "", "t", "oN"})
    CHECK_FALSE(plain_boolean(text).has_value());
}

TEST_CASE("a bare key keeps its text unless YAML makes something of it") {
  for (const char* const text :
       {"foo", "foo/bar", "123", "0", "2020-01-01", "12:30", "1.2.3", "_1", "1e400x"}) {
    CAPTURE(text);
    CHECK(plain_key_keeps_its_text(text));
  }
  for (const char* const text :
       {"on", "yes", "null", "~", "", "007", "0x10", "0o17", "0b11", "1e3", "1.5", "+1", "-1",
        "1_000", ".inf", "-.INF", ".nan", "<<", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(plain_key_keeps_its_text(text));
  }
}

}  // namespace
}  // namespace hookplan
