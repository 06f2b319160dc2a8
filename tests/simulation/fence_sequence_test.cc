// SPDX-License-Identifier: Apache-2.0
// What keeps runs apart, and what a plan promised, whatever the settings say later.
#include <algorithm>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "core/apply/engine/fence.h"
#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

constexpr std::int64_t kFenceOverlap = 600;

// foo/a has a token; a plan of `seq` rotates it.
Sequence one_entry() {
  Sequence seq;
  seq.has("foo/a", "t1", kBefore);
  seq.begin();
  return seq;
}

ApplyReport go_with(Sequence& seq, const Work& work, const RunOptions& options) {
  Calls calls(seq.world);
  SimOutside ports(seq.world, calls);
  return run(work, ports.outside(), options);
}

std::size_t tokens_of(Sequence& seq) { return seq.world.stores["prow"].tokens["foo/a"].size(); }

Code code_of(const ApplyReport& report) { return report.entries.at(0).error->first().code; }

TEST_CASE("a run that meets another one at work says whose the store is and changes nothing") {
  Sequence seq = one_entry();
  seq.die_before("put ", seq.work({want("foo/a")}));
  // Nobody can see here that it is dead.
  seq.world.dead_runs.clear();
  const auto tokens = seq.world.stores["prow"].tokens;
  const Lease lease = *seq.world.stores["prow"].ledger.lease;
  const ApplyReport report = go_with(seq, seq.work({}), options({}, std::chrono::seconds(0)));
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].kind == ErrorKind::busy);
  const std::string said = report.errors[0].first().message;
  CHECK_THAT(said, Catch::Contains(lease.holder) && Catch::Contains(to_rfc3339(lease.since)) &&
                       Catch::Contains(to_rfc3339(lease.until)));
  CHECK(report.writes == 0);
  CHECK(seq.world.stores["prow"].tokens == tokens);
  // Patient for as long as it lasts, it takes over.
  const std::int64_t before = seq.world.now;
  // The deadline is for what it does then.
  RunOptions patient = options({}, 2 * kLeaseLength);
  patient.deadline = std::chrono::seconds(60);
  CHECK(go_with(seq, seq.work({}), patient).is_complete());
  CHECK(seq.world.now >= before + kLeaseLength.count() - 10);
  CHECK_FALSE(seq.world.stores["prow"].ledger.lease);
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("where the other run is seen to be dead, only what it began must have its time") {
  Sequence seq = one_entry();
  seq.die_before("put ", seq.work({want("foo/a")}));
  seq.world.dead_runs = {seq.world.stores["prow"].ledger.lease->run};
  const std::int64_t before = seq.world.now;
  CHECK(go_with(seq, seq.work({}), options({}, kLongestCall + std::chrono::seconds(5)))
            .is_complete());
  CHECK(seq.world.now >= before + kLongestCall.count());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a lease of a clock that is far behind, or far ahead, ends by our own") {
  const std::int64_t ahead = GENERATE(-1'000'000, 1'000'000);
  Sequence seq = one_entry();
  seq.die_before("put ", seq.work({want("foo/a")}));
  seq.world.dead_runs.clear();
  Lease& lease = *seq.world.stores["prow"].ledger.lease;
  for (Instant* const date : {&lease.since, &lease.renewed, &lease.until}) date->seconds += ahead;
  CHECK(go_with(seq, seq.work({}), options({}, 2 * kLeaseLength)).is_complete());
}

TEST_CASE("a run that has nothing to do takes no lease and writes nothing") {
  Sequence seq = one_entry();
  seq.go(seq.work({want("foo/a")}));
  CHECK_FALSE(seq.world.stores["prow"].ledger.lease);
  CHECK(seq.go(seq.work({})).writes == 0);
}

TEST_CASE("no second token is minted inside the overlap of a rotation, but in an emergency") {
  Sequence seq = one_entry();
  seq.go(seq.work({want("foo/a")}));
  REQUIRE(tokens_of(seq) == 2);
  const Work newer = seq.work({want("foo/a", {seq.world.now, 0})});
  const ApplyReport report = seq.go(newer);
  CHECK(code_of(report) == Code::overlap_open);
  CHECK_FALSE(report.is_complete());
  CHECK(tokens_of(seq) == 2);
  SECTION("an emergency") {
    RunOptions emergency = options();
    emergency.is_emergency = true;
    const ApplyReport now = go_with(seq, newer, emergency);
    CHECK(now.is_complete());
    REQUIRE(now.warnings.size() == 1);
    CHECK(now.warnings[0].code == Code::early_rotation);
    CHECK_THAT(now.warnings[0].message, Catch::Contains(to_rfc3339(kBefore)));
    CHECK(tokens_of(seq) == 3);
  }
  SECTION("after the overlap") {
    seq.world.tick(kFenceOverlap + 10);
    CHECK(seq.go(newer).is_complete());
  }
  SECTION("settling alone does not make a plan of it that was done") {
    seq.settle_later();
    CHECK_FALSE(std::ranges::any_of(seq.world.stores["prow"].ledger.plans, [&](const auto& plan) {
      return plan.digest == newer.plan->digest && plan.finished;
    }));
    CHECK(seq.go(newer).is_complete());
  }
  seq.settle_later();
  CHECK(tokens_of(seq) == 1);
  CHECK(seq.world.stores["prow"].tokens["foo/a"][0].created.seconds > kNew.seconds + 10);
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("settling may lengthen the overlap that a plan promised, and never shortens it") {
  Sequence seq = one_entry();
  seq.go(seq.work({want("foo/a")}));
  Work shorter = seq.work({});
  shorter.overlap = std::chrono::seconds(60);
  seq.world.tick(kFenceOverlap / 2);
  seq.go(shorter);
  CHECK(tokens_of(seq) == 2);
  Work longer = seq.work({});
  longer.overlap = std::chrono::seconds(2 * kFenceOverlap);
  seq.world.tick(kFenceOverlap / 2 + 10);
  seq.go(longer);
  CHECK(tokens_of(seq) == 2);
  seq.go(shorter);
  CHECK(tokens_of(seq) == 2);
  seq.world.tick(kFenceOverlap);
  seq.go(shorter);
  CHECK(tokens_of(seq) == 1);
}

TEST_CASE("a hook is not set again in the run that drops old tokens, as long as it is right") {
  Sequence seq = one_entry();
  seq.go(seq.work({want("foo/a")}));
  seq.world.tick(kFenceOverlap + 10);
  SECTION("it is right") {
    CHECK_THROWS_AS(seq.die_before("put ", seq.work({})), std::logic_error);
    seq.go(seq.work({}));
    CHECK(tokens_of(seq) == 1);
  }
  SECTION("it is not, so the overlap begins again") {
    seq.world.hooks[0].token = "t1";
    seq.go(seq.work({}));
    CHECK(seq.world.hooks[0].token != "t1");
    CHECK(tokens_of(seq) == 2);
    seq.world.tick(kFenceOverlap / 2);
    seq.go(seq.work({}));
    CHECK(tokens_of(seq) == 2);
    seq.world.tick(kFenceOverlap / 2);
    seq.go(seq.work({}));
    CHECK(tokens_of(seq) == 1);
  }
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("a run that stood still while another one led the entry elsewhere sets no hook there") {
  // It settles: a run of a plan ends as soon as it sees that a newer one was applied.
  Sequence seq = one_entry();
  seq.die_before("put ", seq.work({want("foo/a")}));
  const Route now = route_to("prow", "new");
  std::size_t overtaken = 0;
  for (std::size_t number = 1; number < 30; ++number) {
    CAPTURE(number);
    Sequence c = seq;
    const Work settling = c.work({});
    const Work newer = c.work({rerouted("foo/a", route_to("prow"), now)});
    Calls calls(c.world);
    calls.stalls = {number};
    bool is_complete = false;
    calls.second_run = [&](std::chrono::seconds patience) {
      is_complete = go_with(c, newer, options({}, patience)).is_complete();
    };
    SimOutside ports(c.world, calls);
    run(settling, ports.outside(), options());
    if (is_complete) {
      ++overtaken;
      CHECK(c.has_hook_at(now));
      CHECK_FALSE(c.has_hook_at(route_to("prow")));
      const auto& entries = c.world.stores["prow"].ledger.entries;
      CHECK((entries.empty() || entries.at("foo/a").route == now));
    }
    CHECK(c.world.violations == Violations());
  }
  CHECK(overtaken > 5);
}

TEST_CASE("a run stops at its deadline in good order, and the next one goes on") {
  Sequence seq;
  for (const char* const entry : {"foo/a", "foo/b", "foo/c"}) seq.has(entry, entry, kBefore);
  seq.begin();
  RunOptions short_time = options();
  short_time.deadline = std::chrono::seconds(12);
  short_time.parallel = 1;
  const ApplyReport report =
      go_with(seq, seq.work({want("foo/a"), want("foo/b"), want("foo/c")}), short_time);
  CHECK_FALSE(report.interrupted);
  CHECK(report.count(Outcome::not_started) > 0);
  CHECK(report.count(Outcome::settling) > 0);
  CHECK_FALSE(seq.world.stores["prow"].ledger.lease);
  CHECK(seq.go(seq.work({})).is_complete());
  CHECK(seq.world.violations == Violations());
}

}  // namespace
}  // namespace hookplan::simulation
