// SPDX-License-Identifier: Apache-2.0
// What must hold for every config: style does not matter, and a change is exactly that change. The
// seeds are fixed; a failure prints the number of its case.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/plan/plan_json.h"
#include "tests/fixtures/plans.h"
#include "tests/generate/config_model.h"
#include "tests/generate/config_text.h"

namespace hookplan {
namespace {

using fixtures::plan_of;
using generate::ConfigModel;
using generate::ExpectedChange;
using generate::ExpectedKind;
using generate::Mutation;

constexpr int kCases = 12'000;
constexpr std::uint64_t kMaxEntries = 14;

ExpectedKind expected_kind(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::onboard: return ExpectedKind::onboard;
    case ChangeKind::rotate: return ExpectedKind::rotate;
    case ChangeKind::remove: return ExpectedKind::remove;
    case ChangeKind::relax: return ExpectedKind::relax;
    case ChangeKind::reroute: break;
  }
  FAIL("no settings, so no reroute");
  return {};
}

std::vector<ExpectedChange> changes_of(const Plan& plan) {
  std::vector<ExpectedChange> changes;
  for (const Change& change : plan.changes) {
    changes.push_back({expected_kind(change.kind), change.entry});
  }
  return changes;
}

bool setting_changed(const Plan& plan, std::string_view name) {
  return std::ranges::find(plan.settings, name, &SettingChange::name) != plan.settings.end();
}

TEST_CASE("a change is exactly that change, and style changes nothing") {
  std::mt19937_64 random(20'261'121);
  for (int number = 0; number < kCases; ++number) {
    const ConfigModel before = generate::random_model(random, random() % (kMaxEntries + 1));
    const Mutation mutation = generate::random_change(before, random);
    const std::string before_text = generate::write_in_random_style(before, random);
    const std::string before_restyled = generate::write_in_random_style(before, random);
    const std::string after_text = generate::write_in_random_style(mutation.after, random);
    const std::string after_restyled = generate::write_in_random_style(mutation.after, random);
    CAPTURE(number, before_text, before_restyled, after_text, after_restyled);

    const Plan restyled = plan_of(before_text, before_restyled);
    REQUIRE_FALSE(restyled.has_changes());
    REQUIRE(restyled.summary.unchanged == static_cast<std::int64_t>(before.entries.size()));

    const Plan plan = plan_of(before_text, after_text);
    REQUIRE(changes_of(plan) == mutation.changes);
    REQUIRE(setting_changed(plan, "respect_legacy_global_token") == mutation.respect_changed);
    REQUIRE(setting_changed(plan, "auto_accept_invitation") == mutation.invite_changed);
    REQUIRE(plan.intent_digest == plan_of(before_restyled, after_restyled).intent_digest);
    REQUIRE((plan.intent_digest == restyled.intent_digest) == !plan.has_changes());
  }
}

TEST_CASE("a stored plan reads back as the same bytes") {
  std::mt19937_64 random(7);
  constexpr int kStored = 1'000;
  for (int number = 0; number < kStored; ++number) {
    const ConfigModel before = generate::random_model(random, random() % (kMaxEntries + 1));
    const Mutation mutation = generate::random_change(before, random);
    const std::string stored =
        to_json(plan_of(generate::write_in_random_style(before, random),
                        generate::write_in_random_style(mutation.after, random)));
    CAPTURE(number, stored);
    const Result<Plan> read = plan_from_json(stored, "plan.json");
    REQUIRE(read.has_value());
    REQUIRE(to_json(*read) == stored);
  }
}

TEST_CASE("an edit of what a stored plan asks for is noticed") {
  const std::string stored = to_json(
      plan_of(fixtures::config_with("    foo: {token_created_after: 2020-01-01T00:00:00Z}\n"
                                    "    bar/baz: {token_created_after: 2020-01-01T00:00:00Z}\n"),
              fixtures::config_with("    foo: {token_created_after: 2021-01-01T00:00:00Z}\n")));
  REQUIRE(plan_from_json(stored, "plan.json").has_value());
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"2021-01-01", "2022-01-01"},
      {"\"token_created_after\":\"2020-01-01T00:00:00Z\"",
       "\"token_created_after\":\"2019-01-01T00:00:00Z\""},
      {"\"kind\":\"rotate\"", "\"kind\":\"relax\""},
      {"\"entry\":\"bar/baz\"", "\"entry\":\"bar/bay\""},
      {"\"entry\":\"foo\"", "\"entry\":\"Foo\""},
      {"\"onboard\":0", "\"onboard\":1"},
      {"\"intent_digest\":\"sha256:", "\"intent_digest\":\"sha256:0"},
      {"\"path\":\"config/prow/config.yaml\",\"path_rule\"",
       "\"path\":\"prow/config.yaml\",\"path_rule\""},
      {"\"subject\":[{", "\"subject\":[{ "},
      {"\"digest\":{\"gitBlob\":\"b", "\"digest\":{\"gitBlob\":\"a"},
      {"\n", ""},
      {"\n", "\n\n"},
  }));
  CAPTURE(from, to);
  std::string edited = stored;
  const std::size_t at = edited.find(from);
  REQUIRE(at != std::string::npos);
  edited.replace(at, from.size(), to);
  const Result<Plan> read = plan_from_json(edited, "plan.json");
  REQUIRE_FALSE(read.has_value());
  REQUIRE(read.error().first().code == Code::plan_altered);
}

}  // namespace
}  // namespace hookplan
