// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/section_scan.h"

#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/config/read_config.h"

namespace hookplan {
namespace {

constexpr SectionWords kWords{"managed_webhooks", "org_repo_config", "token_created_after"};

std::string entries(std::size_t number, std::string_view prefix = "foo/bar") {
  std::string text;
  for (std::size_t i = 0; i < number; ++i) {
    text +=
        fmt::format("    {}-{:07}:\n      token_created_after: 2018-10-02T15:00:00Z\n", prefix, i);
  }
  return text;
}

const std::string kHead = "log_level: debug\nmanaged_webhooks:\n  org_repo_config:\n";

}  // namespace

TEST_CASE("of a run of plain entries the first and the last stay in the skeleton") {
  const std::string text = kHead + entries(5) + "tide: {}\n";
  const SectionScan scan = scan_section(text, kWords);
  CHECK(scan.entries.size() == 3);
  CHECK(scan.declined_line == 0);
  CHECK(scan.skeleton ==
        kHead + entries(1) +
            "    foo/bar-0000004:\n      token_created_after: 2018-10-02T15:00:00Z\n"
            "tide: {}\n");
  CHECK(scan.line_in_text(5) == 5);
  CHECK(scan.line_in_text(6) == 12);
  CHECK(scan.line_in_text(8) == 14);
}

TEST_CASE("an entry in another form is left to the readers, and the others are not") {
  const std::string odd = "    !!str odd/one:\n      token_created_after: 2018-10-02T15:00:00Z\n";
  const std::string fine =
      "    \"odd\\u002Fone\":\n      token_created_after: 2018-10-02T15:00:00Z\n";
  for (const std::string& one : {odd, fine}) {
    const std::string text = kHead + entries(4) + one + entries(4, "qux/bar");
    const SectionScan scan = scan_section(text, kWords);
    CHECK(scan.entries.size() == 4);
    CHECK(scan.declined_line == 12);
    ScanNotes notes;
    const auto snapshot = read_config(text, "config.yaml", &notes);
    CHECK(notes.declined_line == 12);
    CHECK(snapshot.has_value() == (one == fine));
    if (snapshot) CHECK(snapshot->entries.size() == 9);
  }
}

TEST_CASE("a mistake far down has its line and its words on both ways") {
  const std::string text =
      kHead + entries(50) + "    qux:\n      token_create_after: 1\n" + entries(50, "z/z");
  const auto fast = read_config(text, "config.yaml");
  const auto reference = read_config_by_reference(Reading::present, text, "config.yaml");
  REQUIRE(!fast);
  REQUIRE(!reference);
  CHECK(fast.error().first().message == reference.error().first().message);
  CHECK(fast.error().first().where.line == 105);
  CHECK(reference.error().first().where.line == 105);
}

TEST_CASE("what looks like a section inside of a string is none") {
  const std::string text = "--- |\n" + kHead + entries(9);
  const auto snapshot = read_config(text, "config.yaml");
  CHECK(!snapshot);  // a root that is not a mapping, as the readers say
}

TEST_CASE("more entries than YAML readers may be given, and a duplicate among them") {
  constexpr std::size_t kEntries = 200'000;  // 800,000 nodes
  const std::string text = kHead + entries(kEntries);
  const auto snapshot = read_config(text, "config.yaml");
  REQUIRE(snapshot);
  CHECK(snapshot->entries.size() == kEntries);
  CHECK(snapshot->entries.back().lines == LineRange{2 * kEntries + 2, 2 * kEntries + 3});
  CHECK(!read_config_by_reference(Reading::present, text, "config.yaml"));
  const auto twice = read_config(text + entries(1), "config.yaml");
  REQUIRE(!twice);
  CHECK(twice.error().first().code == Code::duplicate_key);
  CHECK(twice.error().first().where.line == 2 * kEntries + 4);
}

}  // namespace hookplan
