// SPDX-License-Identifier: Apache-2.0
// Entries that wait for a receiver, and what they are to each other.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

std::size_t questions(const Calls& calls) {
  return static_cast<std::size_t>(
      std::ranges::count(calls.begun, Step::await_receiver, &std::pair<std::string, Step>::second));
}

Sequence rotating(const std::vector<std::string>& entries, Work& work) {
  Sequence seq;
  std::vector<Goal> goals;
  for (const std::string& entry : entries) {
    seq.has(entry, entry, kBefore);
    goals.push_back(want(entry));
  }
  seq.begin();
  work = seq.work(std::move(goals));
  return seq;
}

ApplyReport run_with(Sequence& seq, const Work& work, Calls& calls) {
  SimOutside ports(seq.world, calls);
  return run(work, ports.outside(), options());
}

}  // namespace

TEST_CASE("an entry that the receiver answers oddly holds up no other") {
  for (const std::string odd : {"foo/a", "foo/b", "foo/c"}) {
    Work work;
    Sequence seq = rotating({"foo/a", "foo/b", "foo/c"}, work);
    seq.world.odd.insert(odd);
    Calls calls(seq.world);
    const ApplyReport report = run_with(seq, work, calls);
    INFO(odd);
    CHECK(report.count(Outcome::settling) == 2);
    const auto failed = std::ranges::find(report.entries, Outcome::failed, &EntryReport::outcome);
    REQUIRE(failed != report.entries.end());
    CHECK(failed->entry == odd);
    CHECK(seq.world.violations == Violations());
  }
}

TEST_CASE("a receiver that is silent is asked by one entry, and its words are everybody's") {
  std::vector<std::string> entries;
  for (int i = 0; i < 40; ++i) entries.push_back("foo/r" + std::to_string(i));
  Work work;
  Sequence seq = rotating(entries, work);
  seq.world.is_silent = true;
  const std::int64_t start = seq.world.now;
  Calls calls(seq.world);
  const ApplyReport report = run_with(seq, work, calls);
  CHECK(report.count(Outcome::failed) == entries.size());
  for (const EntryReport& entry : report.entries) {
    REQUIRE(entry.error);
    CHECK(entry.error->first().message == "silent");
  }
  CHECK(questions(calls) == entries.size());
  // The patience of one, and not of each.
  CHECK(seq.world.now - start < 300);
  // It comes back, and nothing is lost.
  seq.world.is_silent = false;
  Calls again(seq.world);
  CHECK(run_with(seq, work, again).count(Outcome::settling) == entries.size());
  CHECK(seq.world.violations == Violations());
}

TEST_CASE("what a receiver sees late is waited for once") {
  std::vector<std::string> entries;
  for (int i = 0; i < 40; ++i) entries.push_back("foo/r" + std::to_string(i));
  Work work;
  Sequence seq = rotating(entries, work);
  seq.world.lag = 40;
  const std::int64_t start = seq.world.now;
  Calls calls(seq.world);
  CHECK(run_with(seq, work, calls).count(Outcome::settling) == entries.size());
  // The lag, and a second for each call that is needed without it.
  Sequence quick = rotating(entries, work);
  const std::int64_t quick_start = quick.world.now;
  Calls others(quick.world);
  run_with(quick, work, others);
  CHECK(seq.world.now - start <= quick.world.now - quick_start + seq.world.lag + 60);
  CHECK(seq.world.violations == Violations());
}

}  // namespace hookplan::simulation
