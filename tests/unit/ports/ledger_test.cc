// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/ports/ledger.h"

namespace hookplan {
namespace {

Route some_route(const std::string& url) {
  Route route;
  route.forge = {"github", "github", {{"api", "https://api.github.com"}}};
  route.receiver = {"prow", "prow", {{"url", url}}};
  route.store = {"", "file", {{"path", "hmac.yaml"}}};
  route.events = {"pull_request", "push"};
  return route;
}

Ledger full_ledger() {
  Ledger ledger;
  LedgerEntry entry;
  entry.wanted = false;
  entry.route = some_route("https://prow.example.com/hook");
  entry.previous_routes = {some_route("https://old.example.com/hook"), Route{}};
  entry.token = {1'700'000'000, 123'456'789};
  entry.superseded = {kZeroInstant, {253'402'300'799, 999'999'999}};
  entry.reached = Instant{1'700'000'001, 1};
  entry.plan = "sha256:abc";
  entry.overlap = std::chrono::minutes(60);
  ledger.entries.emplace("foo/bar", entry);
  ledger.entries.emplace("*", LedgerEntry{});
  ledger.plans = {{"sha256:abc", {1, 0}, {2, 500}, "c0ffee", "b10b", true, true}, {}};
  ledger.plans.back().created = kZeroInstant;
  ledger.copies["org"] = {"org/one", "org/two"};
  ledger.former_stores = {some_route("https://left.example.com/hook")};
  ledger.global_retired = Instant{1'700'000'002, 0};
  ledger.lease = Lease{"id", "process 1 on host", {3, 1}, {4, 2}, {5, 3}, std::chrono::seconds(30)};
  ledger.newest_token = {6, 7};
  ledger.in_doubt = {"a/b", "foo"};
  ledger.remember_hook("foo/bar", {"gh", "github", {{"api", ""}}}, {"12", "34"});
  return ledger;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a ledger is read back as it was written, to the nanosecond") {
  for (const Ledger& ledger : {Ledger{}, full_ledger()}) {
    const std::string bytes = to_json(ledger);
    CHECK(bytes.find('\n') == bytes.size() - 1);
    const Result<Ledger> read = ledger_from_json(bytes, "hmac.yaml.ledger");
    REQUIRE(read.has_value());
    CHECK(*read == ledger);
    CHECK(to_json(*read) == bytes);
  }
  CHECK(
      to_json(Ledger{}) ==
      R"({"copies":{},"entries":{},"former_stores":[],"global_retired":null,"hooks":[],)"
      R"("in_doubt":[],"lease":null,"newest_token":"0001-01-01T00:00:00Z","plans":[],"retires_global":false,"schema":"hookplan.ledger/v1"})"
      "\n");
}

TEST_CASE("a ledger keeps the newest plans only") {
  Ledger ledger;
  for (int i = 0; i < 103; ++i) ledger.plans.push_back({std::to_string(i), {}, {}, {}, {}, false});
  const Result<Ledger> read = ledger_from_json(to_json(ledger), "l");
  REQUIRE(read.has_value());
  REQUIRE(read->plans.size() == kMaxLedgerPlans);
  CHECK(read->plans.front().digest == "3");
  CHECK(read->plans.back().digest == "102");
}

TEST_CASE("a ledger that is not understood in full is refused, and the place is named") {
  struct Case {
    std::string from, to, place;
  };
  const std::string good = to_json(full_ledger());
  for (const Case& one : {
           Case{"\"wanted\":false", "\"wanted\":false,\"x\":1", "entries.foo/bar has the unknown"},
           Case{"\"wanted\":false", "\"wanted\":0", "entries.foo/bar.wanted is not true or false"},
           Case{",\"wanted\":false", "", "entries.foo/bar has no member wanted"},
           Case{"\"commit\":\"c0ffee\",", "", "plans[0] has no member commit"},
           Case{"\"finished\":true", "\"finished\":\"yes\"", "plans[0].finished is not"},
           Case{"\"https://old.example.com/hook\"", "[]",
                "entries.foo/bar.previous_routes[0].receiver.url is not text"},
           Case{"\"path\":\"hmac.yaml\"", "\"path\":1", "store.path is not text"},
           Case{"\"push\"", "null", ".events[1] is not text"},
           Case{"0001-01-01T00:00:00Z", "yesterday", "is not an instant"},
           Case{"T22:13:22Z", "T22:13:22.0Z", "global_retired is not an instant"},
           Case{"\"hook\":\"12\"", "\"hook\":12", "hooks[0].entries.foo/bar.hook is not text"},
           Case{",\"target\":\"34\"", "", "hooks[0].entries.foo/bar has no member target"},
           Case{"\"plans\":[", "\"plans\":[[],", "plans[0] is not an object"},
           Case{"\"entries\":{", "\"entries\":{},\"entries\":{",
                "not the JSON of the ledger: the member \"entries\" twice"},
           Case{"}\n", "", "not the JSON of the ledger: Missing"},
           Case{",\"schema\":\"hookplan.ledger/v1\"", "", "it has no member schema"},
           Case{"\"schema\":\"hookplan.ledger/v1\"", "\"schema\":1", "schema is not text"},
       }) {
    CAPTURE(one.from, one.to);
    const Result<Ledger> read = ledger_from_json(replaced(good, one.from, one.to), "x.ledger");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == ErrorKind::token_document);
    CHECK(read.error().first().code == Code::ledger_unreadable);
    CHECK_THAT(read.error().first().message, Catch::Contains(one.place));
    CHECK(read.error().first().where.path == "x.ledger");
    CHECK_FALSE(read.error().first().hint.empty());
  }
}

TEST_CASE("a ledger knows hooks by what serves them, whatever the settings call it") {
  const Part forge = {"github", "github", {{"api", ""}}};
  Ledger ledger;
  CHECK(ledger.hook_of("o/r", forge) == nullptr);
  ledger.remember_hook("o/r", forge, {});
  CHECK(ledger == Ledger{});
  ledger.remember_hook("o/r", forge, {"1", "2"});
  REQUIRE(ledger.hook_of("o/r", {"other name", "github", {{"api", ""}}}) != nullptr);
  CHECK(*ledger.hook_of("o/r", forge) == HookIds{"1", "2"});
  CHECK(ledger.hook_of("o/r", {"github", "github", {{"api", "https://ghe.example.com"}}}) ==
        nullptr);
  CHECK(ledger.hook_of("o/R", forge) == nullptr);
  ledger.remember_hook("o/r", forge, {"3", "2"});
  CHECK(ledger.hook_of("o/r", forge)->hook == "3");
  ledger.remember_hook("o/r", forge, {});
  CHECK(ledger == Ledger{});
}

TEST_CASE("a ledger of a newer build is refused and says so") {
  const std::string newer = replaced(to_json(Ledger{}), "hookplan.ledger/v1", "hookplan.ledger/v2");
  const Result<Ledger> read = ledger_from_json(replaced(newer, "{", "{\"a\":1,"), "l");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().first().code == Code::ledger_unreadable);
  CHECK_THAT(read.error().first().message, Catch::Contains("hookplan.ledger/v2"));
  CHECK_THAT(read.error().first().hint, Catch::Contains("newer build"));
}

}  // namespace
}  // namespace hookplan
