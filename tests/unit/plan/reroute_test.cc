// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/plan/make_plan.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

Settings routed(const std::string& url) {
  Result<Settings> settings = read_settings(
      "version: 1\nforges: {github: {type: github}}\nreceivers: {prow: {type: prow, url: " + url +
          "}}\nroutes: [{match: foo/*, forge: github, receiver: prow}]\n",
      ".hookplan.yaml", fixtures::types());
  REQUIRE(settings.has_value());
  return std::move(settings).value();
}

Revisions revisions(const Settings& before, const Settings& after) {
  const std::string text = fixtures::config_with(
      "    foo/bar: {token_created_after: 2020-01-01T00:00:00Z}\n    qux: {token_created_after: "
      "2020-01-01T00:00:00Z}\n");
  Revisions result = fixtures::revisions_of(text, text);
  result.before.settings = before;
  result.after.settings = after;
  result.before.settings_file = FileIdentity{std::string(40, '1'), {}, 0};
  result.after.settings_file = FileIdentity{std::string(40, '2'), {}, 0};
  return result;
}

TEST_CASE("another URL reroutes what its route matches, and changes the intent") {
  const Settings one = routed("https://one.example.com/hook");
  const Settings two = routed("https://two.example.com/hook");
  const Plan same = make_plan(revisions(one, one), fixtures::kNow, "0");
  CHECK_FALSE(same.has_changes());
  const Plan plan = make_plan(revisions(one, two), fixtures::kNow, "0");
  REQUIRE(plan.changes.size() == 1);
  CHECK(plan.changes[0].kind == ChangeKind::reroute);
  CHECK(plan.changes[0].entry == "foo/bar");
  CHECK(plan.changes[0].consequence.find("https://two.example.com/hook") != std::string::npos);
  CHECK(plan.summary.unchanged == 1);
  CHECK(plan.intent_digest != make_plan(revisions(two, one), fixtures::kNow, "0").intent_digest);
}

TEST_CASE("the first settings file reroutes nothing, because nobody knew where hooks led before") {
  Revisions first = revisions({}, routed("https://one.example.com/hook"));
  first.before.settings_file.reset();
  CHECK_FALSE(make_plan(first, fixtures::kNow, "0").has_changes());
}

}  // namespace
}  // namespace hookplan
