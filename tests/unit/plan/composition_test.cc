// SPDX-License-Identifier: Apache-2.0
#include "core/plan/composition.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace hookplan::composition_test {
namespace {

// A year, or nothing where the entry is not listed.
struct Step {
  int before = 0;
  int after = 0;
  std::string lacks = {};
};

SubjectState state(int year) {
  if (year == 0) return {};
  EntryState entry;
  entry.token_created_after = {year, 0};
  return {entry, {}, {}};
}

Intent intent(int before, int after, const std::string& entry = "foo/bar") {
  return {"config.yaml", {{{SubjectKind::entry, entry}, {state(before), state(after)}}}};
}

std::vector<ReviewedIntent> reviews(const std::vector<Step>& steps) {
  std::vector<ReviewedIntent> all;
  all.reserve(steps.size());
  for (const Step& step : steps) {
    all.push_back(
        {"#" + std::to_string(all.size() + 1), intent(step.before, step.after), step.lacks});
  }
  return all;
}

std::vector<Uncovered> verdict(const Intent& now, const std::vector<ReviewedIntent>& reviewed) {
  return uncovered(now, "", reviewed);
}

TEST_CASE("reviewed changes compose in the order in which they were merged") {
  struct Row {
    std::string what;
    std::vector<Step> steps;
    Step now;
    bool is_covered;
  };
  const Row row = GENERATE(values<Row>({
      {"one rotation", {{1, 2}}, {1, 2}, true},
      {"rotate, rotate", {{1, 2}, {2, 3}}, {1, 3}, true},
      {"onboard, rotate", {{0, 2}, {2, 3}}, {0, 3}, true},
      {"rotate, remove", {{1, 2}, {2, 0}}, {1, 0}, true},
      {"remove, onboard: replaced, and both halves were reviewed", {{1, 0}, {0, 3}}, {1, 3}, true},
      {"revert of a revert", {{1, 2}, {2, 1}, {1, 2}}, {1, 2}, true},
      {"a cancelled run: the next one has both", {{1, 2}, {2, 5}}, {1, 5}, true},
      {"two pull requests with one change", {{1, 2}, {1, 2}}, {1, 2}, true},
      {"nothing was reviewed", {}, {1, 2}, false},
      {"direct push after a review", {{1, 2}}, {1, 3}, false},
      {"direct push before a review", {{2, 3}}, {1, 3}, false},
      {"direct push between two reviews", {{1, 2}, {3, 4}}, {1, 4}, false},
      {"only half of a replacement was reviewed", {{1, 0}}, {1, 3}, false},
      {"reverted, and pushed again without a review", {{1, 2}, {2, 1}}, {1, 2}, false},
      {"the base moved between review and merge", {{1, 3}}, {2, 3}, false},
      {"the other way round", {{2, 3}, {1, 2}}, {1, 3}, false},
      {"too few approvals", {{1, 2, "has 0 of 1 approvals"}}, {1, 2}, false},
      {"too few approvals of the second", {{1, 2}, {2, 3, "has 0 of 1 approvals"}}, {1, 3}, false},
      {"what a review undoes did not need one", {{5, 1}, {1, 3}}, {1, 3}, true},
      {"what was removed is pushed again", {{0, 2}, {2, 0}}, {0, 2}, false},
  }));
  CAPTURE(row.what);
  const auto found = verdict(intent(row.now.before, row.now.after), reviews(row.steps));
  CHECK(found.empty() == row.is_covered);
  if (!found.empty()) CHECK_FALSE(found.front().why.empty());
}

TEST_CASE("what is reviewed and then undone needs no review again, and nothing is done about it") {
  CHECK(verdict({"config.yaml", {}}, reviews({{1, 2}, {2, 1}})).empty());
  CHECK(verdict({"config.yaml", {}}, reviews({{1, 2}})).empty());
}

TEST_CASE("a review of one config says nothing about another one, unless it moved") {
  Intent elsewhere = intent(1, 2);
  elsewhere.path = "other.yaml";
  CHECK(uncovered(intent(1, 2), "", {{"#1", elsewhere, ""}}).size() == 1);
  CHECK(uncovered(intent(1, 2), "other.yaml", {{"#1", elsewhere, ""}}).empty());
}

TEST_CASE("a review for one receiver says nothing about another one") {
  Intent staging = intent(0, 2);
  Route route;
  route.forge.name = "github";
  route.receiver.fields["url"] = "https://staging.example.com/hook";
  staging.transitions.begin()->second.after.entry->route = route;
  Intent production = staging;
  production.transitions.begin()->second.after.entry->route->receiver.fields["url"] =
      "https://prow.example.com/hook";
  CHECK(uncovered(staging, "", {{"#1", staging, ""}}).empty());
  const auto found = uncovered(production, "", {{"#1", staging, ""}});
  REQUIRE(found.size() == 1);
  CHECK(in_words(*found.front().reviewed, found.front().is_about_routes)
            .find("staging.example.com") != std::string::npos);
  CHECK(in_words(found.front().now, found.front().is_about_routes).find("prow.example.com") !=
        std::string::npos);
}

TEST_CASE("the settings file and settings are reviewed like entries") {
  const auto file = [](const std::string& before, const std::string& after) {
    return Intent{"config.yaml",
                  {{{SubjectKind::settings_file, ""}, {{{}, {}, before}, {{}, {}, after}}}}};
  };
  CHECK(uncovered(file("a", "b"), "", {{"#1", file("a", "b"), ""}}).empty());
  CHECK(uncovered(file("a", "c"), "", {{"#1", file("a", "b"), ""}}).size() == 1);
  CHECK(in_words(Subject{SubjectKind::settings_file, ""}) == "the settings file");
  const Intent setting{
      "config.yaml",
      {{{SubjectKind::setting, "auto_accept_invitation"}, {{{}, false, {}}, {{}, true, {}}}}}};
  CHECK(uncovered(setting, "", {{"#1", setting, ""}}).empty());
  CHECK(uncovered(setting, "", {}).size() == 1);
}

}  // namespace
}  // namespace hookplan::composition_test
