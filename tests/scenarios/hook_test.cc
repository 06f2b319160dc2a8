// SPDX-License-Identifier: Apache-2.0
// Runs of Prow's hmac tool that went wrong at a hook, numbered as in the reference data, and what
// we promise instead. The world of the simulation notices every delivery that is refused.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/scenarios/play.h"

namespace hookplan::scenarios {
namespace {

using simulation::Fault;
using simulation::route_to;

constexpr std::string_view kRecent = "2022-01-01T00:00:00Z";

// One legacy token for everything, two hooks that sign with it, and a third that nobody lists.
Play legacy() {
  Play play;
  play.token("*", "legacytoken", "0001-01-01T00:00:00Z");
  play.hook("org1", "legacytoken").hook("o/r", "legacytoken").hook("un/managed", "legacytoken");
  play.work.respects_global = true;
  play.begin();
  play.onboard("o/new", kThreshold).onboard("o/r", kThreshold).onboard("org1", kThreshold);
  play.plan("sha256:first");
  return play;
}

TEST_CASE("S1: onboarding promotes the legacy token as Prow does, and all hooks stay accepted") {
  // Prow: the same documents in the middle and in the end; the token goes as soon as the hook is
  // set, and every later run writes twice. Here it stays for the overlap, and later runs write
  // nothing.
  const std::string middle =
      "'*':\n- created_at: \"0001-01-01T00:00:00Z\"\n  value: legacytoken\n"
      "o/new:\n- created_at: \"2020-08-11T23:59:59Z\"\n  value: legacytoken\n"
      "- created_at: \"<NOW>\"\n  value: <HEX40>\n"
      "o/r:\n- created_at: \"2020-08-11T23:59:59Z\"\n  value: legacytoken\n"
      "- created_at: \"<NOW>\"\n  value: <HEX40>\n"
      "org1:\n- created_at: \"2020-08-11T23:59:59Z\"\n  value: legacytoken\n"
      "- created_at: \"<NOW>\"\n  value: <HEX40>\n";
  const std::string end =
      "'*':\n- created_at: \"0001-01-01T00:00:00Z\"\n  value: legacytoken\n"
      "o/new:\n- created_at: \"<NOW>\"\n  value: <HEX40>\n"
      "o/r:\n- created_at: \"<NOW>\"\n  value: <HEX40>\n"
      "org1:\n- created_at: \"<NOW>\"\n  value: <HEX40>\n";
  if (const auto prow = trace_of_prow("S1 legacy->onboard, mid-run (at the 20s sleep)"))
    CHECK(prow->ends_with("\n" + middle));
  if (const auto prow = trace_of_prow("S1 after")) CHECK(prow->ends_with("\n" + end));

  Play play = legacy();
  Play stopped = play;
  CHECK_FALSE(stopped.run_with("write prow", Fault::dead_after));
  CHECK(document_of(stopped.world.stores["prow"].tokens) == middle);
  CHECK(stopped.world.violations == Texts());

  const ApplyReport report = play.run();
  CHECK(report.is_complete());
  CHECK(play.settle().errors.empty());
  CHECK(document_of(play.world.stores["prow"].tokens) == end);
  for (const std::string entry : {"o/new", "o/r", "org1"})
    CHECK(play.signs_with(entry, play.values(entry).back()));
  CHECK(play.signs_with("un/managed", "legacytoken"));
  CHECK(play.world.violations == Texts());

  const ApplyReport again = play.run();
  CHECK(again.already_applied);
  CHECK(again.writes == 0);
}

Play rotation(const std::vector<std::string>& entries) {
  Play play;
  for (const std::string& entry : entries)
    play.token(entry, "old of " + entry, "2021-01-01T00:00:00Z").hook(entry, "old of " + entry);
  play.begin();
  for (const std::string& entry : entries) play.rotate(entry, kRecent);
  play.plan("sha256:first");
  return play;
}

TEST_CASE("S2: a run that dies after the write is healed by the next one") {
  // Prow: the next run takes the new token for done, never sets the hook, and drops the token that
  // the hook signs with; a hook that was to be made is never made.
  Play play = rotation({"o/r"});
  play.onboard("o/new", kThreshold).rotate("o/r", kRecent).plan("sha256:first");
  CHECK_FALSE(play.run_with("write prow", Fault::dead_after));
  CHECK(play.values("o/r").size() == 2);
  CHECK(play.signs_with("o/r", "old of o/r"));
  // Even if nobody ever runs again, and even if the next run comes after the overlap.
  play.world.tick(2 * kOverlap);
  CHECK(play.run().is_complete());
  CHECK(play.hooks_of("o/new") == 1);
  CHECK(play.values("o/r").size() == 2);
  play.settle();
  CHECK(play.values("o/r") == Texts{"minted2"});
  CHECK(play.signs_with("o/r", "minted2"));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S2: settling alone heals it, too") {
  Play play = rotation({"o/r"});
  CHECK_FALSE(play.run_with("write prow", Fault::dead_after));
  play.settle();
  CHECK(play.values("o/r") == Texts{"old of o/r", "minted1"});
  CHECK(play.signs_with("o/r", "minted1"));
  play.settle();
  CHECK(play.values("o/r") == Texts{"minted1"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S2b: a run that dies between two hooks is healed by the next one") {
  // Prow: the hook that was not set yet is refused from the next run on.
  for (const std::string entry : {"a/a", "b/b"}) {
    Play play = rotation({"a/a", "b/b"});
    CHECK_FALSE(play.run_with("put " + entry, Fault::dead_before));
    CHECK(play.run().is_complete());
    play.settle();
    CHECK(play.signs_with("a/a", "minted1"));
    CHECK(play.signs_with("b/b", "minted2"));
    CHECK(play.world.violations == Texts());
  }
}

TEST_CASE("S3: a hook write of unknown outcome converges, whether or not it happened") {
  // Prow: takes it for a failure and takes the new token back, while the hook signs with it
  // already.
  for (const Fault fault : {Fault::lost, Fault::vanished, Fault::slow, Fault::duplicated}) {
    CAPTURE(to_string(fault));
    Play play = rotation({"o/r"});
    const auto report = play.run_with("put o/r", fault);
    REQUIRE(report);
    CHECK(report->is_complete());
    CHECK(play.values("o/r") == Texts{"old of o/r", "minted1"});
    play.world.run_delayed(true);
    play.settle();
    CHECK(play.values("o/r") == Texts{"minted1"});
    CHECK(play.signs_with("o/r", "minted1"));
    CHECK(play.world.violations == Texts());
  }
}

TEST_CASE("S4: a repository that is gone or forbidden keeps nobody from a rotation") {
  // Prow: the whole run fails, now and for ever, before anything is written.
  for (const bool forbidden : {false, true}) {
    Play play;
    play.token("gone/repo", "g", "2021-01-01T00:00:00Z");
    play.token("o/r", "old", "2021-01-01T00:00:00Z").hook("o/r", "old").begin();
    if (forbidden) play.world.denied.insert("gone/repo");
    play.remove("gone/repo").rotate("o/r", kRecent).plan("sha256:first");
    const ApplyReport report = play.run();
    CHECK(outcome_of(report, "o/r") == "settling");
    CHECK(outcome_of(report, "gone/repo") == (forbidden ? "failed: denied" : "settling"));
    CHECK(report.errors.empty());
    CHECK(report.is_complete() == !forbidden);
    play.settle();
    CHECK(play.values("o/r") == Texts{"minted1"});
    // Its tokens go once it is known that no hook signs with them.
    CHECK(play.values("gone/repo") == (forbidden ? Texts{"g"} : Texts()));
    CHECK(play.world.violations == Texts());
  }
}

TEST_CASE("S9: between repository and organization the new hook comes first, both ways") {
  // Prow: deletes the old hook, then waits for 20 s: what happens meanwhile is never delivered.
  for (const bool up : {true, false}) {
    CAPTURE(up);
    Play play;
    const std::string from = up ? "o/r" : "o";
    const std::string to = up ? "o" : "o/r";
    play.token(from, "old", "2021-01-01T00:00:00Z").hook(from, "old");
    play.world.repositories.insert("o/r");
    play.begin();
    play.remove(from).onboard(to, kThreshold).plan("sha256:first");
    const std::size_t calls = play.calls();
    REQUIRE(calls > 5);
    for (std::size_t call = 1; call <= calls; ++call) {
      Play cut = play;
      simulation::Calls counted(cut.world);
      counted.plan[call] = Fault::dead_after;
      try {
        const simulation::SimOutside ports(cut.world, counted);
        static_cast<void>(run(cut.work, ports.outside(), simulation::options()));
      } catch (const simulation::Killed&) {
      }
      CHECK_FALSE(cut.world.hooks.empty());
      CHECK(cut.world.violations == Texts());
    }
    // The one that takes its place cannot be set: then the old one stays.
    Play refused = play;
    refused.world.denied.insert(to);
    CHECK_FALSE(refused.run().is_complete());
    CHECK(refused.signs_with(from, "old"));
    CHECK(refused.settle().errors.empty());
    CHECK(refused.signs_with(from, "old"));
    CHECK(refused.world.violations == Texts());

    CHECK(play.run().is_complete());
    play.settle();
    CHECK(play.hooks_of(from) == 0);
    CHECK(play.signs_with(to, "minted1"));
    CHECK(play.values(from) == Texts());
    CHECK(play.values(to) == Texts{"minted1"});
    CHECK(play.world.violations == Texts());
  }
}

TEST_CASE("S11: of two hooks with one URL none is left behind with an old token") {
  // Prow: sets the first one; the other is refused from then on. Our forges reach "one hook that
  // leads to the URL"; until then both tokens count.
  Play play;
  play.token("o/r", "old", "2021-01-01T00:00:00Z").hook("o/r", "old").hook("o/r", "old").begin();
  play.rotate("o/r", kRecent).plan("sha256:first");
  CHECK(play.run().is_complete());
  CHECK(play.hooks_of("o/r") == 1);
  play.settle();
  CHECK(play.signs_with("o/r", "minted1"));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S21: a URL counts byte for byte, and the hook of the old URL goes") {
  // Prow: makes a second hook beside one whose URL differs by a slash, and that one is refused.
  Play play;
  play.token("o/r", "old", "2021-01-01T00:00:00Z").hook("o/r", "old", "https://prow.example/hook/");
  play.begin();
  play.reroute("o/r", route_to("prow", "hook/"), route_to("prow")).plan("sha256:first");
  CHECK(play.run().is_complete());
  REQUIRE(play.hooks_of("o/r") == 1);
  CHECK(play.world.hooks[0].url == kUrl);
  CHECK(play.signs_with("o/r", "old"));
  play.settle();
  CHECK(play.values("o/r") == Texts{"old"});
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S22: with two tokens, the hook on the older one and no forge, nothing is dropped") {
  // Prow: takes the new token back and drops the older one, which the hook signs with.
  Play play;
  play.token("o/r", "t1", "2021-01-01T00:00:00Z").token("o/r", "t2", "2022-01-01T00:00:00Z");
  play.hook("o/r", "t1").begin();
  play.world.denied.insert("o/r");
  play.rotate("o/r", "2023-01-01T00:00:00Z").plan("sha256:first");
  CHECK(outcome_of(play.run(), "o/r") == "failed: denied");
  for (int i = 0; i < 3; ++i) {
    play.settle();
    CHECK(play.values("o/r") == Texts{"t1", "t2", "minted1"});
  }
  play.world.denied.clear();
  CHECK(play.run().is_complete());
  CHECK(play.values("o/r") == Texts{"t1", "t2", "minted1"});
  play.settle();
  CHECK(play.values("o/r") == Texts{"minted1"});
  CHECK(play.signs_with("o/r", "minted1"));
  CHECK(play.world.violations == Texts());
}

TEST_CASE("S23: in another spelling the tokens stay until the new one is proven") {
  // Prow: knows the key in one spelling and the hook in the other, and refuses every delivery.
  const bool works_at_first = GENERATE(true, false);
  CAPTURE(works_at_first);
  Play play;
  play.token("Foo/Bar", "t1", "2021-01-01T00:00:00Z");
  play.hook(works_at_first ? "Foo/Bar" : "foo/bar", "t1").begin();
  play.remove("Foo/Bar");
  play.changes.back().relation = Relation{RelationKind::case_rename, "foo/bar"};
  play.onboard("foo/bar", "2020-01-01T00:00:00Z");
  play.changes.back().relation = Relation{RelationKind::case_rename, "Foo/Bar"};
  play.plan("sha256:first");

  Play refused = play;
  refused.world.denied.insert("foo/bar");
  CHECK_FALSE(refused.run().is_complete());
  refused.settle();
  CHECK(refused.values("Foo/Bar") == Texts{"t1"});
  CHECK(refused.values("foo/bar") == Texts{"t1"});

  CHECK(play.run().is_complete());
  CHECK(play.values("Foo/Bar") == Texts{"t1"});
  CHECK(play.values("foo/bar") == Texts{"t1"});
  CHECK(play.signs_with("foo/bar", "t1"));
  // The two spellings are one hook to the forge.
  CHECK(play.hooks_of("Foo/Bar") == 0);
  CHECK(play.hooks_of("foo/bar") == 1);
  play.settle();
  CHECK(play.values("Foo/Bar") == Texts());
  CHECK(play.values("foo/bar") == Texts{"t1"});
  CHECK(play.world.violations == Texts());
}

}  // namespace
}  // namespace hookplan::scenarios
