// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/plain_block.h"

#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/config/read_config.h"

namespace hookplan {
namespace {

bool is_plain(const std::string& value) {
  return plain_block(value, 0).is_plain && plain_block(value + "next: key\n", 0).is_plain;
}

}  // namespace

TEST_CASE("what real configs hold is a plain block") {
  CHECK(is_plain("  a: b\n"));
  CHECK(is_plain("- name: x\n  args: [a, \"b\", {c: d}]\n  env:\n  - name: y\n    value: \"1\"\n"));
  CHECK(is_plain("  a:\n\n    # comment\n    b: c # comment\n\"*\": d\n") == false);
  CHECK(is_plain("  a:\n\n    # comment\n    \"*\": c # comment\n# at the margin\n  d:\n"));
  CHECK(is_plain(
      "  a: |\n    managed_webhooks:\n      \"open\n\n    {[\n  b: >-\n    folded\n    text\n"));
  CHECK(is_plain("- - a\n  - b\n-  c: d\n   e: --flag=x, y\n"));
  CHECK(is_plain("  url: https://example.com/a?b=c#d\n  time: 12:30\n  text: it's (not) {odd}\n"));
}

TEST_CASE("what YAML readers could take differently is no plain block") {
  for (const std::string_view line :
       {"a: &b c",   "a: *b",    "a: !!str b", "<<: {}",
        "a: \tb",    "\ta: b",   "a: b\r",     "? a",
        "null: a",   "a: .inf",  "a: \"\\n\"", "a: 'it''s'",
        "a: \"open", "a: [b",    "a: [b,]",    "a: [b: c]",
        "a: {b}",    "a: b: c",  "a: b:",      "a: |2",
        "a: >+",     "a: | # b", "a: @b",      "text",
        "- ",        "a : b",    "a: {b: }",   "12345678901234567890: a",
        "a: \"b\"c", "a: -",     "a: ~"}) {
    CAPTURE(line);
    CHECK_FALSE(is_plain(fmt::format("  {}\n", line)));
    CHECK_FALSE(is_plain(fmt::format("  x: y\n  {}\n  z: y\n", line)));
  }
  for (const std::string_view lines :
       {"  a: b\n    c: d\n", "  a: b\n   c: d\n", "    a: b\n  c: d\n", "  a: b\n    more\n",
        "  - a\n  b: c\n", "- a\n  b: c\n", "  a: |\n   b\n", "  a: |\n      b\n    c\n",
        "  a: |\n       \n      b\n", "  a: |\n\n", "  a: >\n    b\n\n    c\n",
        "  a: >\n    b\n      c\n"}) {
    CAPTURE(lines);
    CHECK_FALSE(is_plain(std::string(lines)));
  }
}

TEST_CASE("the first line that is not plain is known") {
  const BlockForm block = plain_block("  a: b\n  c: |\n    text\n\n  d: *e\nnext: key\n", 0);
  CHECK_FALSE(block.is_plain);
  CHECK(block.lines == 4);
}

TEST_CASE("a plain block ends at a key, or it is none") {
  for (const std::string_view next : {"---\n", "...\n", "? a\n", "\"a\": b\n", "&a b: c\n",
                                      "text\n", "}\n", "a:b\n", "<<: a\n"}) {
    CAPTURE(next);
    CHECK_FALSE(plain_block(fmt::format("  a: b\n{}", next), 0).is_plain);
  }
  std::string deep;
  for (std::size_t level = 1; level < 70; ++level) deep += std::string(level, ' ') + "a:\n";
  CHECK_FALSE(plain_block(deep, 0).is_plain);
}

TEST_CASE("a root in flow style has no plain blocks") {
  const std::string text = "{\nplank:\n  a: b\n}\n";
  ScanNotes notes;
  CHECK(!read_config(text, "config.yaml", &notes));
  CHECK(notes.plain_lines == 0);
}

TEST_CASE("the section is no plain block, however its key is spelled") {
  for (const std::string_view key : {"managed_webhooks", "Managed_Webhooks"}) {
    const std::string twice = fmt::format(
        "managed_webhooks:\n  org_repo_config: {{}}\n{}:\n  org_repo_config:\n    a: {{}}\n", key);
    ScanNotes notes;
    const auto snapshot = read_config(twice, "config.yaml", &notes);
    CHECK(notes.plain_lines == 0);
    REQUIRE(!snapshot);
    CHECK(snapshot.error().first().code == Code::duplicate_key);
  }
}

}  // namespace hookplan
