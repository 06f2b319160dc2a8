// SPDX-License-Identifier: Apache-2.0
// Dates are what somebody's clock said: of tokens that were stored by hand or by a clock that was
// wrong, of plans, and of what was reached.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

constexpr std::int64_t kStart = 1'800'000'000;
constexpr std::int64_t kYear = 365 * 86'400;
constexpr Instant kYear9999{253'370'764'800, 0};

const std::vector<SimToken>& stored_of(Sequence& seq) {
  return seq.world.stores["prow"].tokens["foo/a"];
}

// The hook signs with the only token, which is not the one that was there.
void is_rotated(Sequence& seq, const std::string& stolen) {
  CAPTURE(seq.state());
  REQUIRE(stored_of(seq).size() == 1);
  const SimToken& token = stored_of(seq)[0];
  CHECK(token.value != stolen);
  CHECK(token.created.seconds <= seq.world.now);
  CHECK(seq.world.hooks.at(0).token == token.value);
  CHECK(seq.world.stores["prow"].ledger.entries.empty());
  CHECK(seq.world.violations == Violations());
}

Goal requested(const std::string& entry, Instant threshold) {
  Goal goal = want(entry, threshold);
  goal.is_requested = true;
  return goal;
}

TEST_CASE("a rotation on request mints, however new the stolen token looks") {
  // By value: of constants GENERATE would keep references to what is gone.
  const Instant date =
      GENERATE(values<Instant>({kYear9999,
                                {kStart + kYear, 0},  // by hand, or a clock that was a year ahead
                                {kStart + 14 * 3600, 0},  // local time with a Z
                                {kStart + 300, 0},        // a clock that was a little ahead
                                {kStart, 1},              // just newer than the threshold
                                {kStart - 60, 0},  // newer than a plan with SOURCE_DATE_EPOCH
                                kBefore}));
  const Instant threshold = GENERATE(values<Instant>({{kStart, 0}, kThen}));
  CAPTURE(date.seconds, threshold.seconds);
  Sequence seq;
  seq.has("foo/a", "stolen", date);
  seq.begin();
  const Work work = seq.work({requested("foo/a", threshold)});
  CHECK(seq.go(work).is_complete());
  REQUIRE(stored_of(seq).size() == 2);
  SECTION("once, if it is applied again at once") {
    CHECK(seq.go(work).is_complete());
    CHECK(stored_of(seq).size() == 2);
  }
  seq.settle_later();
  is_rotated(seq, "stolen");
  const std::string token = stored_of(seq)[0].value;
  // Applied already, so not once more.
  CHECK(seq.go(work).is_complete());
  seq.settle_later();
  CHECK(stored_of(seq)[0].value == token);
}

TEST_CASE("a rotation on request is done once, while other entries of its plan cannot be") {
  Sequence seq;
  seq.has("foo/a", "stolen", kYear9999);
  seq.has("foo/b", "other", kBefore);
  seq.begin();
  const Work work = seq.work({requested("foo/a", kThen), requested("foo/b", kThen)});
  seq.world.denied.insert("foo/b");
  CHECK_FALSE(seq.go(work).is_complete());
  seq.settle_later();
  REQUIRE(stored_of(seq).size() == 1);
  const std::string token = stored_of(seq)[0].value;
  CHECK(token != "stolen");
  CHECK_FALSE(seq.go(work).is_complete());
  seq.settle_later();
  CHECK(stored_of(seq)[0].value == token);
  seq.world.denied.clear();
  CHECK(seq.go(work).is_complete());
  seq.settle_later();
  CHECK(stored_of(seq)[0].value == token);
  CHECK(seq.world.stores["prow"].ledger.plans.back().finished);
  CHECK(seq.world.stores["prow"].ledger.plans.back().given.empty());
}

TEST_CASE("wherever a rotation on request is killed, the entry gets one new token") {
  std::size_t killed = 0;
  for (std::size_t number = 1; number < 30; ++number) {
    for (const Fault fault : {Fault::dead_before, Fault::dead_after}) {
      CAPTURE(number);
      Sequence seq;
      seq.has("foo/a", "stolen", kYear9999);
      seq.begin();
      const Work work = seq.work({requested("foo/a", {kStart, 0})});
      killed += seq.go(work, {}, {{number, fault}}).entries.empty() ? 1 : 0;
      seq.go(work);
      CHECK(stored_of(seq).size() == 2);
      seq.settle_later();
      is_rotated(seq, "stolen");
    }
  }
  CHECK(killed > 10);
}

TEST_CASE("a store that was put back during a rotation on request gets another token") {
  Sequence seq;
  seq.has("foo/a", "stolen", kYear9999);
  seq.begin();
  const SimTokens before = seq.world.stores["prow"].tokens;
  const Work work = seq.work({requested("foo/a", kThen)});
  seq.die_after("put ", work);
  seq.world.stores["prow"].tokens = before;
  seq.world.commit("prow");
  seq.world.excuse_what_is_broken();
  seq.go(work);
  seq.world.tick(1000);
  seq.go(work);
  seq.settle_later();
  REQUIRE(stored_of(seq).size() == 1);
  CHECK(stored_of(seq)[0].value != "stolen");
}

TEST_CASE("a store that was put back to a superseded token is never given that one again") {
  const bool is_settled = GENERATE(true, false);
  Sequence seq;
  seq.has("foo/a", "stolen", kAfter);
  seq.begin();
  const SimTokens before = seq.world.stores["prow"].tokens;
  CHECK(seq.go(seq.work({requested("foo/a", {kStart, 0})})).is_complete());
  // Old and new are both accepted, then a tool puts the old file back, as a mistake of its own.
  seq.world.stores["prow"].tokens = before;
  seq.world.commit("prow");
  seq.world.excuse_what_is_broken();
  // By what earlier plans left, and by a plan that asks for no newer token.
  seq.go(is_settled ? seq.work({}) : seq.work({want("foo/a", kThen)}));
  REQUIRE(stored_of(seq).size() == 2);
  CHECK(seq.world.hooks.at(0).token == stored_of(seq)[1].value);
  seq.settle_later();
  REQUIRE(stored_of(seq).size() == 1);
  CHECK(stored_of(seq)[0].value != "stolen");
}

TEST_CASE("a date that is still to come makes no token new, for a rotation of the config neither") {
  const Instant date =
      GENERATE(values<Instant>({kYear9999, {kStart + kYear, 0}, {kStart + 3600, 0}}));
  Sequence seq;
  seq.has("foo/a", "ahead", date);
  seq.begin();
  const Work work = seq.work({want("foo/a", kThen)});
  CHECK(seq.go(work).is_complete());
  CHECK(seq.go(work).is_complete());
  CHECK(stored_of(seq).size() == 2);
  seq.settle_later();
  is_rotated(seq, "ahead");
}

TEST_CASE("a threshold that is still to come is met by one token") {
  Sequence seq;
  seq.has("foo/a", "old", kBefore);
  seq.begin();
  const Work work = seq.work({want("foo/a", {kStart + kYear, 0})});
  CHECK(seq.go(work).is_complete());
  seq.settle_later();
  const std::vector<SimToken> tokens = stored_of(seq);
  CHECK(tokens.size() == 1);
  CHECK(seq.go(seq.work({want("foo/a", {kStart + kYear, 0})})).is_complete());
  seq.settle_later();
  CHECK(stored_of(seq) == tokens);
}

TEST_CASE("a plan of a clock that was ahead stops no other plan") {
  Sequence seq;
  seq.has("foo/a", "old", kBefore);
  seq.begin();
  LedgerPlan ahead{"ahead", {kStart + kYear, 0}, {}, {}, {}, true};
  seq.world.stores["prow"].ledger.plans.push_back(ahead);
  const ApplyReport report = seq.go(seq.work({want("foo/a")}));
  CHECK(report.is_complete());
  CHECK(std::ranges::count(report.warnings, Code::plan_date_ahead, &Diagnostic::code) == 1);
  // One that is newer in truth does.
  seq.world.stores["prow"].ledger.plans.back().created = {seq.world.now + 60, 0};
  const ApplyReport second = seq.go(seq.work({want("foo/b")}));
  CHECK_FALSE(second.is_complete());
}

TEST_CASE("an overlap that began by a wrong clock ends by ours") {
  const std::int64_t wrong = GENERATE(-kYear, -3600, 3600, kYear);
  CAPTURE(wrong);
  Sequence seq;
  seq.has("foo/a", "old", kBefore);
  seq.has("foo/gone", "gone", kBefore);
  seq.begin();
  // By a clock that is behind no plan is valid yet, but what it left is settled.
  seq.die_before("put ", seq.work({want("foo/a"), gone("foo/gone")}));
  seq.world.now += wrong;
  CHECK(seq.go(seq.work({})).is_complete());
  seq.world.now -= wrong;
  // What the entries had still counts: deliveries are on their way.
  seq.go(seq.work({}));
  CHECK(stored_of(seq).size() == 2);
  CHECK(seq.world.stores["prow"].tokens.count("foo/gone") == 1);
  seq.world.tick(1000);
  seq.go(seq.work({}));
  CHECK(stored_of(seq).size() == 1);
  CHECK(seq.world.stores["prow"].tokens.count("foo/gone") == 0);
}

}  // namespace
}  // namespace hookplan::simulation
