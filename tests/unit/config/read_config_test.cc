// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/config/read_config.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

using fixtures::config_with;
using fixtures::refusal_of;

Snapshot read(std::string_view text) {
  Result<Snapshot> snapshot = read_config(text, "config.yaml");
  REQUIRE(snapshot.has_value());
  return std::move(snapshot).value();
}

TEST_CASE("entries know the lines they stand on") {
  const Snapshot snapshot = read(
      "# first\n"
      "managed_webhooks:\n"
      "  respect_legacy_global_token:\n"
      "    true\n"
      "  org_repo_config:\n"
      "    foo/bar:\n"
      "      # why\n"
      "      token_created_after: 2020-01-01T00:00:00Z\n"
      "    qux: {token_created_after: 2020-01-01T00:00:00Z}\n"
      "    none:\n"
      "\n"
      "tide: {}\n");
  REQUIRE(snapshot.entries.size() == 3);
  CHECK(snapshot.entries[0].lines == LineRange{6, 8});
  CHECK(snapshot.entries[1].lines == LineRange{10, 10});  // none
  CHECK(snapshot.entries[2].lines == LineRange{9, 9});    // qux
  CHECK(snapshot.section == LineRange{2, 10});
  CHECK(snapshot.respect_legacy_global_token.lines == LineRange{3, 4});
}

TEST_CASE("missing, empty and filled are told apart") {
  CHECK(read("").state == SectionState::missing);
  CHECK(read("# nothing\n").state == SectionState::missing);
  CHECK(read("plank: {}\n").state == SectionState::missing);
  CHECK(read("managed_webhooks:\n").state == SectionState::empty);
  CHECK(read("managed_webhooks: {org_repo_config: {}}\n").state == SectionState::empty);
  CHECK(read(config_with("    foo: {}\n")).state == SectionState::filled);
}

TEST_CASE("every mistake of a section is named, with its place and a guess") {
  const Result<Snapshot> snapshot = read_config(
      "managed_webhooks:\n"
      "  respect_legacy_global_tokens: true\n"
      "  org_repo_config:\n"
      "    foo/bar: {token_create_after: 2020-01-01T00:00:00Z}\n"
      "    007: {}\n"
      "    qux: {token_created_after: yesterday}\n"
      "    qux: {}\n",
      "config.yaml");
  REQUIRE_FALSE(snapshot.has_value());
  const std::vector<Diagnostic>& all = snapshot.error().diagnostics;
  REQUIRE(all.size() == 5);
  CHECK(all[0].hint == "did you mean respect_legacy_global_token?");
  CHECK(all[0].where.line == 2);
  CHECK(all[0].where.column == 3);
  CHECK(all[1].field == "managed_webhooks.org_repo_config.foo/bar.token_create_after");
  CHECK(all[1].entry == "foo/bar");
  CHECK(all[2].code == Code::bare_key_changes);
  CHECK(all[3].code == Code::bad_timestamp);
  CHECK(all[4].code == Code::duplicate_key);
  CHECK(all[4].where.line == 7);
}

TEST_CASE("a flood of mistakes is cut short") {
  std::string entries;
  for (int i = 0; i < 1'000; ++i) entries += "    foo" + std::to_string(i) + ": 1\n";
  const Result<Snapshot> snapshot = read_config(config_with(entries), "config.yaml");
  REQUIRE_FALSE(snapshot.has_value());
  CHECK(snapshot.error().diagnostics.size() == 20);
}

TEST_CASE("what stands around the section may be any YAML, what is in it may not") {
  CHECK_FALSE(refusal_of("x: &a {b: [1, *c]}\n") == std::nullopt);
  CHECK(refusal_of("x: &a {b: 1}\ny: {<<: *a}\nz: !!str 1\n" + config_with("    foo: {}\n")) ==
        std::nullopt);
  CHECK(refusal_of("x: &a {}\n" + config_with("    foo: *a\n")) == Code::indirection_in_section);
  CHECK(refusal_of("x: &a {}\nmanaged_webhooks: *a\n") == Code::indirection_in_section);
  CHECK(refusal_of("x: &a {}\n<<: *a\n") == Code::merge_at_root);
  CHECK(refusal_of(config_with("    foo: !!map {}\n")) == Code::indirection_in_section);
}

}  // namespace
}  // namespace hookplan
