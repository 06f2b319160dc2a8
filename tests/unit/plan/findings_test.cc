// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

using fixtures::config_with;
using fixtures::plan_of;

std::optional<Severity> severity_of(const Plan& plan, Code code) {
  const auto found = std::ranges::find(plan.diagnostics, code, &Diagnostic::code);
  if (found == plan.diagnostics.end()) return std::nullopt;
  return found->severity;
}

const std::string kGood = "    foo/bar: {token_created_after: 2020-01-01T00:00:00Z}\n";

TEST_CASE("a mistake is an error where it is made and a number where it was before") {
  const std::string bad = kGood + "    foo.x: {token_created_after: 2020-01-01T00:00:00Z}\n";
  CHECK(severity_of(plan_of(config_with(kGood), config_with(bad)), Code::bad_entry_name) ==
        Severity::error);
  CHECK(!severity_of(plan_of(config_with(bad), config_with(bad)), Code::bad_entry_name));
  CHECK(plan_of(config_with(bad), config_with(bad)).older_findings == 1);
  CHECK(severity_of(plan_of(config_with(bad), config_with(kGood)), Code::bad_entry_name) ==
        std::nullopt);
}

TEST_CASE("names that differ only in case collide, whichever of them is new") {
  const std::string upper = "    Foo/Bar: {token_created_after: 2020-01-01T00:00:00Z}\n";
  const std::string both = kGood + upper;
  CHECK(severity_of(plan_of(config_with(kGood), config_with(both)), Code::case_collision) ==
        Severity::error);
  CHECK(severity_of(plan_of(config_with(upper), config_with(both)), Code::case_collision) ==
        Severity::error);
  CHECK(!severity_of(plan_of(config_with(both), config_with(both)), Code::case_collision));
  CHECK(plan_of(config_with(both), config_with(both)).older_findings == 1);
}

TEST_CASE("a timestamp may be five minutes ahead of the clock, no more") {
  const auto entry = [](std::int64_t seconds) {
    return config_with("    foo/bar: {token_created_after: \"" +
                       to_rfc3339({fixtures::kNow.seconds + seconds, 0}) + "\"}\n");
  };
  CHECK(severity_of(plan_of(config_with(kGood), entry(300)), Code::future_timestamp) ==
        std::nullopt);
  CHECK(severity_of(plan_of(config_with(kGood), entry(301)), Code::future_timestamp) ==
        Severity::error);
}

TEST_CASE("an organization beside its repositories is said once") {
  std::string all = "    Foo: {token_created_after: 2020-01-01T00:00:00Z}\n" + kGood;
  all += "    foo/baz: {token_created_after: 2020-01-01T00:00:00Z}\n";
  const Plan plan = plan_of(config_with(kGood), config_with(all));
  CHECK(std::ranges::count(plan.diagnostics, Code::org_beside_repo, &Diagnostic::code) == 1);
  CHECK(severity_of(plan, Code::organization_hook) == Severity::warning);
}

TEST_CASE("a section that vanishes is said loudly") {
  CHECK(severity_of(plan_of(config_with(kGood), "plank: {}\n"), Code::section_gone) ==
        Severity::warning);
  CHECK(severity_of(plan_of(config_with(kGood), std::nullopt), Code::config_gone) ==
        Severity::warning);
  CHECK(severity_of(plan_of("managed_webhooks: {respect_legacy_global_token: true}\n", "a: b\n"),
                    Code::global_token_retired) == Severity::warning);
}

}  // namespace
}  // namespace hookplan
