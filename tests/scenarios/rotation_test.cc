// SPDX-License-Identifier: Apache-2.0
// Runs of Prow's hmac tool in which tokens were lost or doubled, numbered as in the reference
// data, and what we promise instead; and when a token counts as old, or as the newest.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "core/apply/engine/token_edits.h"
#include "core/base/json.h"
#include "plugins/prow/created_text.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/tokens.h"
#include "tests/scenarios/play.h"

namespace hookplan::scenarios {
namespace {

using simulation::Fault;

TEST_CASE("S7: global tokens and tokens of entries that no plan names stay as they are") {
  // Prow: every run keeps only the newest token of every key, whoever signs with the others.
  Play play;
  play.token("*", "g1", "2021-01-01T00:00:00Z").token("*", "g2", "2022-01-01T00:00:00Z");
  play.token("x/y", "x1", "2021-01-01T00:00:00Z").token("x/y", "x2", "2022-01-01T00:00:00Z");
  play.hook("un/managed", "g1").hook("un/managed2", "g2").hook("x/y", "x1");
  play.work.respects_global = true;
  play.begin();
  play.onboard("o/r", kThreshold).plan("sha256:first");
  CHECK(play.run().is_complete());
  play.settle();
  play.settle();
  CHECK(play.values("*") == Texts{"g1", "g2"});
  CHECK(play.values("x/y") == Texts{"x1", "x2"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S7b: an entry that is onboarded gets every global token, not only the first") {
  // Prow: only the first is promoted, so a hook that signs with the second is refused.
  Play play;
  play.token("*", "g1", "2021-01-01T00:00:00Z").token("*", "g2", "2022-01-01T00:00:00Z");
  play.hook("o/r", "g2");
  play.work.respects_global = true;
  play.begin();
  play.onboard("o/r", kThreshold).plan("sha256:first");
  CHECK_FALSE(play.run_with("write prow", Fault::dead_after));
  CHECK(play.values("o/r") == Texts{"g1", "g2", "minted1"});
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(play.tokens("o/r")[i].created == at("2020-08-11T23:59:59Z"));
  CHECK(play.run().is_complete());
  play.settle();
  CHECK(play.values("o/r").size() == 1);
  CHECK(play.values("*") == Texts{"g1", "g2"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S8: global tokens that are not respected any more go after the overlap") {
  // Prow: drops them before it promotes them, so the hooks are refused until each is set.
  Play play;
  play.token("*", "legacy", "0001-01-01T00:00:00Z").hook("o/r", "legacy").hook("p/q", "legacy");
  play.work.retires_global = true;
  play.begin();
  play.onboard("o/r", kThreshold).onboard("p/q", kThreshold).plan("sha256:first");

  // Not while one entry may still need them.
  Play refused = play;
  refused.world.denied.insert("p/q");
  CHECK(outcome_of(refused.run(), "o/r") == "settling");
  refused.settle();
  CHECK(refused.values("*") == Texts{"legacy"});
  CHECK(refused.world.violations == Texts());

  const ApplyReport report = play.run();
  CHECK(report.is_complete());
  CHECK(play.values("*") == Texts{"legacy"});
  CHECK(play.world.violations == Texts());
  play.settle();
  CHECK(play.values("*") == Texts());
  CHECK(play.values("o/r").size() == 1);
  CHECK(play.world.violations == Texts());
}

// An older plan rotates a/a; while it runs, a newer one onboards b/b.
struct TwoRuns {
  Play play = {};
  Work newer = {};

  TwoRuns() {
    play.token("a/a", "old", "2021-01-01T00:00:00Z").hook("a/a", "old").begin();
    play.rotate("a/a", "2022-01-01T00:00:00Z").onboard("b/b", kThreshold).plan("sha256:newer", 60);
    newer = play.work;
    play.rotate("a/a", "2022-01-01T00:00:00Z").plan("sha256:older", 0);
  }

  ApplyReport run_newer(std::chrono::seconds patience = std::chrono::seconds(1000)) {
    simulation::Calls calls(play.world);
    const simulation::SimOutside ports(play.world, calls);
    return run(newer, ports.outside(), simulation::options({}, patience));
  }
};

TEST_CASE("S16: of two runs at the same time none takes back what the other did") {
  // Prow: the older one finishes last, writes over what the newer one wrote, and its hook is
  // refused.
  for (const std::string call : {"write prow", "put a/a", "prove a/a"}) {
    CAPTURE(call);
    TwoRuns two;
    Play& play = two.play;
    // While a call to the forge is under way, the newer one does not get the store.
    const bool waits = call == "put a/a";
    const auto report = play.run_with(call, Fault::stalled, [&](std::chrono::seconds patience) {
      CHECK(two.run_newer(patience).is_complete() == !waits);
    });
    REQUIRE(report);
    if (waits) CHECK(two.run_newer().is_complete());
    CHECK(play.hooks_of("b/b") == 1);
    CHECK_FALSE(play.values("b/b").empty());
    CHECK(play.world.violations == Texts());
    two.run_newer();
    play.settle();
    for (const std::string entry : {"a/a", "b/b"}) {
      REQUIRE(play.values(entry).size() == 1);
      CHECK(play.signs_with(entry, play.values(entry)[0]));
    }
    CHECK(play.world.violations == Texts());
  }
}

TEST_CASE("S16: a plan that is older than one that was applied is refused") {
  TwoRuns two;
  two.run_newer();
  const auto hooks = two.play.world.hooks;
  const auto tokens = two.play.world.stores["prow"].tokens;
  const ApplyReport report = two.play.run();
  CHECK_FALSE(report.is_complete());
  CHECK(report.errors.size() == 1);
  CHECK(report.writes == 0);
  CHECK(two.play.world.hooks == hooks);
  CHECK(two.play.world.stores["prow"].tokens == tokens);
}

TEST_CASE("S19: a token that is exactly as old as the threshold is rotated, as by Prow") {
  const auto [threshold, rotates] = GENERATE(table<std::string_view, bool>({
      {"2022-01-01T00:00:00Z", true},
      {"2022-01-01T01:00:00+01:00", true},
      {"2021-12-31T23:59:59.999999999Z", false},
  }));
  Play play;
  play.token("a/a", "old", "2022-01-01T00:00:00Z").hook("a/a", "old").begin();
  play.rotate("a/a", threshold).plan("sha256:first");
  CHECK(play.run().is_complete());
  play.settle();
  CHECK(play.values("a/a") == (rotates ? Texts{"minted1"} : Texts{"old"}));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S16: a run that slept while a newer one rotated sets no hook to its own token") {
  const bool settles = GENERATE(true, false);
  Play play;
  play.token("a/a", "old", "2021-01-01T00:00:00Z").hook("a/a", "old").begin();
  play.rotate("a/a", "2022-01-01T00:00:00Z").plan("sha256:older");
  Play newer = play;
  newer.rotate("a/a", "2030-01-01T00:00:00Z").plan("sha256:newer", 60);
  const auto report = play.run_with("accepts a/a", Fault::stalled, [&](std::chrono::seconds) {
    const Work older = std::exchange(play.work, newer.work);
    play.is_emergency = true;
    CHECK(play.run().is_complete());
    play.is_emergency = false;
    if (settles) CHECK(play.settle().errors.empty());
    play.work = older;
  });
  REQUIRE(report);
  CHECK_FALSE(report->is_complete());
  REQUIRE(play.values("a/a").size() == (settles ? 1 : 3));
  CHECK(play.signs_with("a/a", play.values("a/a").back()));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("what an entry borrowed stays until its own hook is proven again") {
  Play play;
  play.token("o", "old", "2021-01-01T00:00:00Z").hook("o", "old");
  play.world.repositories.insert("o/r");
  play.begin();
  play.remove("o").onboard("o/r", kThreshold).plan("sha256:first");
  CHECK(play.run().is_complete());
  CHECK(play.values("o/r") == Texts{"old", "minted1"});
  // Somebody sets the hook back, and we may not set it any more.
  play.world.hooks[0].token = "old";
  play.world.denied.insert("o/r");
  play.settle();
  CHECK(play.values("o/r") == Texts{"old", "minted1"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("after a move to another store and a rotation one run settles both stores") {
  Play play;
  play.world.stores["other"];
  play.work.routes.push_back(simulation::route_to("other"));
  play.token("o/r", "old", "2021-01-01T00:00:00Z").hook("o/r", "old").begin();
  play.reroute("o/r", simulation::route_to("prow"), simulation::route_to("other"));
  play.plan("sha256:first");
  CHECK(play.run().is_complete());
  Change& rotation = play.changes.emplace_back();
  rotation.kind = ChangeKind::rotate;
  rotation.entry = "o/r";
  rotation.before = rotation.after = EntryState{kZeroInstant, simulation::route_to("other")};
  rotation.after->token_created_after = {play.world.now, 0};
  play.plan("sha256:second", 60);
  CHECK(play.run().is_complete());
  CHECK(play.settle().errors.empty());
  CHECK(play.world.violations == Texts());
  CHECK(play.world.stores["prow"].tokens.empty());
  CHECK(play.world.stores["other"].tokens["o/r"].size() == 1);
}

// What Prow did, if its record is there: each row of it is one of ours, and there are no others.
template <typename Row, typename IsSame>
void check_golden(const std::string& name, const std::vector<Row>& rows, IsSame is_same) {
  const std::string path = std::string(HOOKPLAN_SHARED) + "/golden/prow/" + name + ".jsonl";
  if (!std::filesystem::exists(path)) return;
  std::istringstream lines(fixtures::content_of(path));
  std::size_t known = 0;
  for (std::string line; std::getline(lines, line); ++known) {
    const Result<JsonValue> record = parse_json(line, path, "a record", Code::internal_error);
    REQUIRE(record.has_value());
    CAPTURE(line);
    CHECK(std::ranges::any_of(rows, [&](const Row& row) { return is_same(*record, row); }));
  }
  CHECK(known == rows.size());
}

struct Decision {
  std::string created;
  std::string threshold;
  bool rotates;
};

TEST_CASE("a token counts as old by the rule of Prow") {
  const std::vector<Decision> decisions = {
      {"2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z", false},
      {"2020-10-02T15:00:00Z", "2020-10-02T15:00:00Z", true},
      {"2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", true},
      {"2020-10-02T15:00:00.000000001Z", "2020-10-02T15:00:00Z", false},
      {"2020-10-02T17:00:00+02:00", "2020-10-02T15:00:00Z", true},
      {"0001-01-01T00:00:00Z", "2020-10-02T15:00:00Z", true},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", true},
  };
  for (const Decision& decision : decisions) {
    CAPTURE(decision.created, decision.threshold);
    TokenList tokens;
    tokens.push_back({Secret::copy_of("t"), *created_from_text(decision.created), {}});
    Goal goal;
    goal.threshold = at(decision.threshold);
    const AgeRules rules{at("2026-01-01T00:00:00Z"), false, kZeroInstant, {}};
    CHECK(needs_token(tokens, goal, rules) == decision.rotates);
    // One of several that is new enough is enough.
    tokens.push_back({Secret::copy_of("u"), kZeroInstant, {}});
    CHECK(needs_token(tokens, goal, rules) == decision.rotates);
  }
  CHECK(needs_token({}, {}, {}));

  check_golden("rotation_decision", decisions,
               [](const JsonValue& record, const Decision& decision) {
                 return decision.created == record.find("created_at")->string &&
                        decision.threshold == record.find("token_created_after")->string &&
                        decision.rotates == record.find("rotates")->boolean;
               });
}

struct Pruning {
  std::vector<std::pair<std::string, std::string>> tokens;  // value, created_at
  std::string kept;
};

TokenList list_of(const Pruning& pruning) {
  TokenList list;
  for (const auto& [value, created] : pruning.tokens)
    list.push_back({Secret::copy_of(value), *created_from_text(created), created});
  return list;
}

TEST_CASE("the newest of several tokens is the one that Prow keeps") {
  const std::vector<Pruning> prunings = {
      {{{"a", "2020-01-05T19:07:08Z"},
        {"b", "2020-02-05T19:07:08Z"},
        {"c", "2020-03-05T19:07:08Z"}},
       "c"},
      {{{"a", "2020-10-02T15:00:00Z"}, {"b", "2020-10-02T15:00:00Z"}}, "a"},
      {{{"a", "2020-10-02T15:00:00Z"}}, "a"},
      {{}, ""},
      {{{"a", "2020-01-01T12:00:00+05:00"}, {"b", "2020-01-01T08:00:00Z"}}, "b"},
      {{{"a", "2020-01-01T00:00:00.000000002Z"}, {"b", "2020-01-01T00:00:00.000000001Z"}}, "a"},
  };
  for (const Pruning& pruning : prunings) {
    const TokenList list = list_of(pruning);
    const Token* const kept = newest(list);
    REQUIRE((kept == nullptr) == pruning.kept.empty());
    if (kept != nullptr) CHECK(fixtures::text_of(kept->value) == pruning.kept);
  }

  check_golden("prune", prunings, [](const JsonValue& record, const Pruning& pruning) {
    const auto& items = record.find("in")->items;
    const auto& kept = record.find("out")->items;
    return std::ranges::equal(items, pruning.tokens,
                              [](const JsonValue& item, const auto& token) {
                                return item.find("value")->string == token.first &&
                                       item.find("created_at")->string == token.second;
                              }) &&
           (kept.empty() ? pruning.kept.empty()
                         : kept.size() == 1 && kept[0].find("value")->string == pruning.kept);
  });
}

}  // namespace
}  // namespace hookplan::scenarios
