// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/config/settings.h"

#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

constexpr std::string_view kForges =
    "forges: {github: {type: github, api: https://api.github.com}}\n";
constexpr std::string_view kReceivers =
    "receivers: {prow: {type: prow, url: https://prow.example.com/hook}}\n";

std::string with(std::string_view rest) {
  return "version: 1\n" + std::string(kForges) + std::string(kReceivers) + std::string(rest);
}

TEST_CASE("the first route that matches wins, and says all there is to say") {
  const Result<Settings> settings = read_settings(
      with("routes:\n"
           "  - {match: foo/*, forge: github, receiver: prow, events: [push, issues]}\n"
           "  - {match: '*', forge: github, receiver: prow}\n"),
      ".hookplan.yaml", fixtures::types());
  REQUIRE(settings.has_value());
  const Route* const special = route_of(*settings, "foo/bar");
  REQUIRE(special != nullptr);
  CHECK(special->events == std::vector<std::string>{"issues", "push"});
  CHECK(special->url() == "https://prow.example.com/hook");
  CHECK(special->forge.field("api") == "https://api.github.com");
  CHECK(route_of(*settings, "foo")->events == std::vector<std::string>{"*"});
}

TEST_CASE("defaults count where nothing is said") {
  const Result<Settings> settings =
      read_settings("version: 1\n", ".hookplan.yaml", fixtures::types());
  REQUIRE(settings.has_value());
  CHECK(settings->guards.most_removals == 5);
  CHECK(settings->guards.most_removals_percent == 10);
  CHECK_FALSE(settings->guards.allow_empty);
  CHECK(settings->overlap == std::chrono::hours(1));
  CHECK(route_of(*settings, "foo") == nullptr);
}

TEST_CASE("each mistake has its code, its field and its line") {
  const auto [text, code, field] = GENERATE(table<std::string, Code, std::string>({
      {"a: 1\n", Code::settings_unknown_field, "a"},
      {"version: 2\n", Code::settings_version, "version"},
      {"[]\n", Code::root_not_mapping, ""},
      {with("guards: {max_removal: {count: 1}}\n"), Code::settings_unknown_field,
       "guards.max_removal"},
      {with("guards: {max_removals: {count: -1}}\n"), Code::settings_bad_value,
       "guards.max_removals.count"},
      {with("guards: {max_removals: {count: many}}\n"), Code::settings_wrong_type,
       "guards.max_removals.count"},
      {with("guards: {max_removals: {percent: 101}}\n"), Code::settings_bad_value,
       "guards.max_removals.percent"},
      {with("guards: {protected: kubernetes}\n"), Code::settings_wrong_type, "guards.protected"},
      {with("guards: {allow_empty: yes}\n"), Code::settings_wrong_type, "guards.allow_empty"},
      {with("rotation: {overlap: 1 hour}\n"), Code::settings_bad_value, "rotation.overlap"},
      {with("config: ../config.yaml\n"), Code::settings_bad_value, "config"},
      {with("routes: [{match: '*', forge: gitlab, receiver: prow}]\n"),
       Code::settings_dangling_name, "routes[0].forge"},
      {with("routes: [{match: '*', forge: github}]\n"), Code::settings_missing_field,
       "routes[0].receiver"},
      {"version: 1\nversion: 1\n", Code::duplicate_key, ""},
      {"version: 1\nreceivers: {a: {type: prow, url: http://prow.example.com/}}\n",
       Code::settings_bad_value, "receivers.a.url"},
      {"version: 1\nreceivers: {a: {type: prow, url: 'https://prow.example.com/#x'}}\n",
       Code::settings_bad_value, "receivers.a.url"},
      {"version: 1\nreceivers: {a: {type: prow, url: https://x, store: {path: a}}}\n",
       Code::settings_missing_field, "receivers.a.store.type"},
  }));
  CAPTURE(text);
  const Result<Settings> settings = read_settings(text, ".hookplan.yaml", fixtures::types());
  REQUIRE_FALSE(settings.has_value());
  CHECK(settings.error().first().code == code);
  CHECK(settings.error().first().field == field);
  CHECK(settings.error().first().where.line >= 1);
  CHECK_FALSE(settings.error().first().hint.empty());
}

TEST_CASE("a password in a URL is refused and not repeated") {
  const Result<Settings> settings = read_settings(
      "version: 1\nreceivers: {a: {type: prow, url: https://bot:hunter2@prow.example.com/}}\n",
      ".hookplan.yaml", fixtures::types());
  REQUIRE_FALSE(settings.has_value());
  for (const Diagnostic& diagnostic : settings.error().diagnostics) {
    CHECK((diagnostic.message + diagnostic.hint + diagnostic.field).find("hunter2") ==
          std::string::npos);
  }
}

}  // namespace
}  // namespace hookplan
