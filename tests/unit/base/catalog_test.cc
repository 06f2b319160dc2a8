// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/code.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

TEST_CASE("every code has an entry that explains it") {
  const std::string header =
      fixtures::content_of(std::string(HOOKPLAN_SOURCE) + "/core/base/code.h");
  std::set<int> declared;
  for (std::size_t at = header.find(" = "); at != std::string::npos;
       at = header.find(" = ", at + 1)) {
    if (header.substr(at + 7, 1) != ",") continue;  // " = 1108,"
    REQUIRE(declared.insert(std::stoi(header.substr(at + 3, 4))).second);
  }
  REQUIRE(declared.size() == catalog().size());
  for (const int code : declared) {
    CAPTURE(code);
    const CodeEntry& entry = catalog_entry(static_cast<Code>(code));
    CHECK_FALSE(entry.title.empty());
    CHECK(entry.meaning.size() > 15);
    CHECK_FALSE(entry.remedy.empty());
  }
  CHECK(std::ranges::is_sorted(catalog(), {}, &CodeEntry::code));
}

TEST_CASE("a code is found under each of its spellings and no other") {
  CHECK(to_string(Code::duplicate_key) == "HP1108");
  for (const char* const text : {"HP1108", "hp1108", "1108"}) {
    CHECK(code_from_string(text) == Code::duplicate_key);
  }
  for (const char* const text : {"", "HP", "HP9999", "HP1108 ", "XX1108", "11O8", "-1108"}) {
    CHECK_FALSE(code_from_string(text).has_value());
  }
}

}  // namespace
}  // namespace hookplan
