// SPDX-License-Identifier: Apache-2.0
// Stores that entries have left, and that may be gone.
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/simulation/sequence.h"

namespace hookplan::simulation {
namespace {

TEST_CASE("a run that was overtaken forgets no store") {
  Sequence seq;
  seq.has("foo/a", "t1", kAfter, route_to("third"));
  // An earlier run may have died before it forgot a store that is empty.
  if (GENERATE(true, false)) seq.world.stores["prow"].ledger.former_stores = {route_to("third")};
  seq.begin();
  const auto only_prow = [](Work work) {
    work.routes = {route_to("prow")};
    return work;
  };
  const Work w = only_prow(seq.work({rerouted("foo/a", route_to("third"), route_to("prow"))}));
  const Work settling = only_prow(seq.work({}));
  const auto [slow, fast] = GENERATE_REF(table<Work, Work>({{w, settling}, {w, w}, {settling, w}}));
  std::string failed;
  for (std::size_t at = 1; at < 40; ++at) {
    Sequence c = seq;
    if (!c.go_overtaken(slow, fast, at)) break;
    for (int i = 0; i < 4; ++i) {
      c.world.tick(700);
      c.go(settling);
    }
    if (c.world.violations.empty() && c.world.stores["third"].tokens.empty()) continue;
    failed += "call " + std::to_string(at) + "\n" + c.state();
  }
  CHECK(failed == "");
}

class GoneStore final : public TokenStore {
 public:
  std::string id() const override { return "gone"; }
  std::string name() const override { return "gone"; }
  Result<StoreContents> read() override { return error(); }
  Result<std::string> version() override { return error(); }
  Result<void> write(const TokenMap&, const Ledger&, std::string_view) override { return error(); }

 private:
  static Error error() {
    return {ErrorKind::unavailable, diagnose(Code::answer_lost, "no such file")};
  }
};

// A run to which the store of the receiver `other` is gone.
ApplyReport go_without_other(Sequence& seq, const Work& work) {
  Calls calls(seq.world);
  SimOutside ports(seq.world, calls);
  GoneStore store;
  Outside outside = ports.outside();
  outside.systems_of = [&](const Route& route) -> Result<Systems> {
    Result<Systems> systems = ports.outside().systems_of(route);
    if (systems && route.receiver.name == "other")
      return Systems{systems->forge, store, systems->receiver};
    return systems;
  };
  return run(work, outside, options());
}

Work at_prow(Work work) {
  work.routes = {route_to("prow")};
  return work;
}

TEST_CASE("a store that is gone holds up nothing but what was in it") {
  Sequence seq;
  seq.world.stores["prow"].tokens["foo/a"] = {{"t1", kBefore}};
  seq.world.stores["prow"].tokens["foo"] = {{"o1", kAfter}};
  seq.world.stores["prow"].tokens["*"] = {{"g", kZeroInstant}};
  seq.world.hooks = {hook("foo/a", "t1", route_to("other")), hook("foo", "o1")};
  seq.begin();
  seq.world.hooks[0].broken = true;  // nobody reads that store any more
  Work w = at_prow(seq.work({rerouted("foo/a", route_to("other"), route_to("prow")), gone("foo")}));
  w.retires_global = true;
  ApplyReport report = go_without_other(seq, w);
  CHECK_FALSE(report.is_complete());
  // However often it is run: the entry has its hook, and it is proven.
  for (int i = 0; i < 3; ++i) {
    seq.world.tick(700);
    report = go_without_other(seq, w);
    seq.world.tick(700);
    report = go_without_other(seq, at_prow(seq.work({})));
  }
  std::string words;
  for (const EntryReport& entry : report.entries)
    words += entry.entry + " " + std::string(to_string(entry.outcome)) + "\n";
  INFO(seq.state() << words);
  CHECK(report.count(Outcome::failed) == 0);
  CHECK(seq.world.stores["prow"].tokens["foo/a"].size() == 1);  // t1 is superseded
  CHECK(seq.world.stores["prow"].tokens.count("foo") == 0);     // waits for foo/a
  CHECK(seq.world.stores["prow"].tokens.count("*") == 0);       // waits for foo/a
}

}  // namespace
}  // namespace hookplan::simulation
