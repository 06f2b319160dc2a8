// SPDX-License-Identifier: Apache-2.0
// Plans that somebody made up: each is digested anew, as whoever forges one would do.
#include <algorithm>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include "core/config/settings.h"
#include "core/plan/consequence.h"
#include "core/plan/contradiction.h"
#include "core/plan/digests.h"
#include "core/plan/plan_json.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

Settings settings() {
  return read_settings(
             "version: 1\n"
             "forges: {github: {type: github, api: https://api.github.com}}\n"
             "receivers: {prow: {type: prow, url: https://prow.example.com/hook}}\n"
             "routes: [{match: '*', forge: github, receiver: prow}]\n"
             "guards: {protected: [kubernetes], max_removals: {count: 5, percent: 100}}\n",
             ".hookplan.yaml", fixtures::types())
      .value();
}

Plan honest_plan() {
  return fixtures::plan_of(
      fixtures::config_with("    foo/gone: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    foo/old: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    foo/lax: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    kubernetes: {token_created_after: 2018-10-02T15:00:00Z}\n"),
      fixtures::config_with("    foo/new: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    foo/old: {token_created_after: 2019-10-02T15:00:00Z}\n"
                            "    foo/lax: {token_created_after: 2017-10-02T15:00:00Z}\n"
                            "    kubernetes: {token_created_after: 2018-10-02T15:00:00Z}\n"),
      settings());
}

Change& change_of(Plan& plan, std::string_view entry) {
  return *std::ranges::find(plan.changes, entry, &Change::entry);
}

// What is found in the plan after `forge` changed it and every digest and count was made to fit.
std::string found(const std::function<void(Plan&)>& forge) {
  Plan plan = honest_plan();
  forge(plan);
  for (Change& change : plan.changes) change.digest = change_digest(change);
  plan.intent_digest = intent_digest(plan.provenance.path, plan.changes, plan.settings);
  return contradiction(plan);
}

TEST_CASE("an honest plan does not contradict itself") {
  CHECK(found([](Plan&) {}).empty());
  const Plan plan = honest_plan();
  CHECK(to_json(plan_from_json(to_json(plan), "plan.json").value()) == to_json(plan));
}

TEST_CASE("what a plan calls a change must be what the change is") {
  CHECK_FALSE(
      found([](Plan& plan) { change_of(plan, "foo/old").kind = ChangeKind::relax; }).empty());
  CHECK_FALSE(
      found([](Plan& plan) { change_of(plan, "foo/lax").kind = ChangeKind::rotate; }).empty());
  CHECK_FALSE(
      found([](Plan& plan) { change_of(plan, "foo/old").kind = ChangeKind::reroute; }).empty());
  CHECK_FALSE(found([](Plan& plan) {
                Change& change = change_of(plan, "foo/lax");
                change.after->token_created_after = change.before->token_created_after;
              }).empty());
}

TEST_CASE("a change of another kind cannot lead a hook elsewhere") {
  for (const char* const entry : {"foo/old", "foo/lax"}) {
    CHECK_FALSE(found([&](Plan& plan) {
                  change_of(plan, entry).after->route->receiver.fields["url"] =
                      "https://evil.example/hook";
                }).empty());
  }
  // With a reroute beside it, it says so.
  CHECK(found([](Plan& plan) {
          Change& rotate = change_of(plan, "foo/old");
          rotate.after->route->receiver.fields["url"] = "https://other.example/hook";
          Change reroute = rotate;
          reroute.kind = ChangeKind::reroute;
          describe(reroute, plan.overlap);
          plan.changes.insert(std::ranges::find(plan.changes, "foo/old", &Change::entry), reroute);
        }).empty());
}

TEST_CASE("words are those that follow from the change") {
  CHECK_FALSE(found([](Plan& plan) {
                change_of(plan, "foo/gone").consequence = "nothing happens";
              }).empty());
  CHECK_FALSE(found([](Plan& plan) { plan.changes.front().reason = "asked_for"; }).empty());
  CHECK_FALSE(
      found([](Plan& plan) { change_of(plan, "foo/old").reversible.until = "any time"; }).empty());
  CHECK_FALSE(found([](Plan& plan) { plan.overlap = std::chrono::seconds(1); }).empty());
}

TEST_CASE("relations are those that follow from the names") {
  CHECK_FALSE(found([](Plan& plan) {
                Change& change = change_of(plan, "foo/gone");
                change.relation = Relation{RelationKind::case_rename, "foo/Gone"};
                describe(change, plan.overlap);
              }).empty());
}

TEST_CASE("every change stands there once, in order") {
  CHECK_FALSE(found([](Plan& plan) { plan.changes.push_back(plan.changes.back()); }).empty());
  CHECK_FALSE(found([](Plan& plan) { std::swap(plan.changes[0], plan.changes[1]); }).empty());
  CHECK_FALSE(found([](Plan& plan) {
                Change removal = change_of(plan, "foo/lax");
                removal.kind = ChangeKind::remove;
                removal.after.reset();
                describe(removal, plan.overlap);
                plan.changes.insert(std::ranges::find(plan.changes, "foo/lax", &Change::entry),
                                    removal);
              }).empty());
}

TEST_CASE("guards, settings, names and revisions are all there") {
  CHECK_FALSE(found([](Plan& plan) { plan.guards.clear(); }).empty());
  CHECK_FALSE(found([](Plan& plan) { plan.guards[1] = plan.guards[0]; }).empty());
  CHECK_FALSE(
      found([](Plan& plan) { plan.guards[0].observed = "0 removed of 4 (0.0 %)"; }).empty());
  CHECK_FALSE(found([](Plan& plan) { change_of(plan, "foo/gone").is_protected = true; }).empty());
  CHECK_FALSE(found([](Plan& plan) { plan.provenance.after = {}; }).empty());
  CHECK_FALSE(found([](Plan& plan) {
                plan.settings.push_back({"auto_accept_invitation", true, true, {}, {}, {}});
              }).empty());
  CHECK_FALSE(found([](Plan& plan) {
                change_of(plan, "foo/new").entry = "foo/../user";
                std::ranges::sort(plan.changes, {}, &Change::entry);
                describe(change_of(plan, "foo/../user"), plan.overlap);
              }).empty());
}

}  // namespace
}  // namespace hookplan
