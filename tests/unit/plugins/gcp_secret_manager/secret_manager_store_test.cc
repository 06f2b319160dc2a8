// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/secret_manager_store.h"

#include <atomic>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "plugins/gcp_secret_manager/crc32c.h"
#include "tests/unit/plugins/gcp_secret_manager/secret_manager_fixture.h"

namespace hookplan {
namespace {

TEST_CASE("gcp: crc32c is that of RFC 3385 and of the recorded answer") {
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c("") == 0);
  CHECK(crc32c("not-a-secret") == 679015127);
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: a write is a new version, and its ledger is beside it") {
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  CHECK(values(*read) == "by-hand");
  CHECK(read->ledger == Ledger{});
  CHECK(*store->version() == read->version);
  REQUIRE(add_token(*store, *read).has_value());
  const auto again = store->read();
  REQUIRE(again.has_value());
  CHECK(values(*again) == "by-hand fresh");
  CHECK(again->ledger == ledger_of("run-fresh"));
  CHECK_FALSE(again->is_edited);
  CHECK(again->version != read->version);
  CHECK(states() == "DISABLED ENABLED");
  CHECK(annotation() == R"({"ledger":[1],"old":[1],"schema":"hookplan.store-state/v1"})");
  // What is copied into a cluster is the document and nothing else.
  CHECK_THAT(shown_secret(), !Catch::Contains("lease"));
  CHECK_THAT(shown_secret(), Catch::Contains(R"("note":"h\u00e4nds \"off\"")"));
  CHECK(store->name() == "secret hmac-token of project prow");
  CHECK(store->id() == "gcp-secret-manager:" + server.url() + "/prow//hmac-token");
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: old versions are disabled, and destroyed by the next write") {
  const auto store = this->store();
  REQUIRE(add_token(*store, *store->read(), "one").has_value());
  CHECK(states() == "DISABLED ENABLED");
  REQUIRE(take_lease(*store, *store->read()).has_value());
  CHECK(states() == "DISABLED ENABLED");
  REQUIRE(add_token(*store, *store->read(), "two").has_value());
  CHECK(states() == "DESTROYED DISABLED ENABLED");
  REQUIRE(add_token(*store, *store->read(), "three").has_value());
  CHECK(states() == "DESTROYED DESTROYED DISABLED ENABLED");
  CHECK(states("hmac-token-ledger") == "DESTROYED DESTROYED DESTROYED ENABLED");
  CHECK(annotation() == R"({"ledger":[4],"old":[3],"schema":"hookplan.store-state/v1"})");
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: what changes the ledger alone publishes nothing") {
  const auto store = this->store();
  REQUIRE(take_lease(*store, *store->read()).has_value());
  CHECK(states() == "ENABLED");
  CHECK(store->read()->ledger == ledger_of("run"));
  CHECK_FALSE(store->read()->is_edited);
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: a secret without a version is empty, and one that is missing an error") {
  server.behind("DELETE", "secrets/hmac-token");
  const auto store = this->store();
  const auto missing = store->read();
  CHECK(missing.error().first().code == Code::store_missing);
  CHECK_THAT(missing.error().first().hint, Catch::Contains("gcloud secrets create hmac-token"));
  server.behind("PUT", "secrets/hmac-token", "{}");
  const auto read = store->read();
  REQUIRE(read.has_value());
  CHECK(read->tokens.empty());
  REQUIRE(take_lease(*store, *read).has_value());
  REQUIRE(add_token(*store, *store->read()).has_value());
  CHECK(states() == "ENABLED");
  // Without the secret of the ledger nothing is written at all.
  server.behind("DELETE", "secrets/hmac-token-ledger");
  const auto now = store->version();
  const auto other = this->store({{"ledger", "elsewhere"}});
  CHECK(other->read().error().first().code == Code::store_missing);
  server.behind("PUT", "secrets/hmac-token", R"({"versions":[["","ENABLED"]],"annotations":{}})");
  const auto written = add_token(*other, *other->read());
  CHECK(written.error().first().code == Code::store_missing);
  CHECK_THAT(written.error().first().hint, Catch::Contains("gcloud secrets create elsewhere"));
  CHECK(states() == "ENABLED");
  CHECK(annotation().empty());
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: a version that nobody can read is an error") {
  const std::string state = GENERATE("DISABLED", "DESTROYED");
  server.behind(
      "PUT", "secrets/hmac-token",
      fmt::format(R"({{"versions":[["a","ENABLED"],["b","{}"]],"annotations":{{}}}})", state));
  const auto read = store()->read();
  CHECK(read.error().first().code == Code::store_missing);
  CHECK_THAT(read.error().first().message, Catch::Contains("disabled or destroyed"));
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: nothing is written over what was not read") {
  const auto store = this->store();
  const auto read = store->read();
  SECTION("another run wrote tokens") {
    const auto other = this->store();
    REQUIRE(add_token(*other, *other->read(), "theirs").has_value());
  }
  SECTION("another run wrote its ledger") {
    const auto other = this->store();
    REQUIRE(take_lease(*other, *other->read()).has_value());
  }
  SECTION("somebody added a version") { add(document("by-hand-2")); }
  const std::string before = shown_secret();
  for (const bool knows : {true, false}) {
    const auto fresh = this->store();
    for (const bool tokens : {true, false}) {
      CAPTURE(knows, tokens);
      TokenStore& which = knows ? *store : *fresh;
      const auto written = tokens ? add_token(which, *read) : take_lease(which, *read);
      REQUIRE_FALSE(written.has_value());
      CHECK(written.error().kind == ErrorKind::conflict);
    }
  }
  const auto now = store->read();
  CHECK(values(*now).find("fresh") == std::string::npos);
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: somebody who adds a version in the same moment keeps theirs") {
  const auto store = this->store();
  REQUIRE(take_lease(*store, *store->read(), "mine").has_value());
  const auto read = store->read();
  JsonWriter json;
  json.string(document("theirs"));
  state("{\"in_between\":" + json.take() + "}");
  const auto written = add_token(*store, *read);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().kind == ErrorKind::conflict);
  CHECK_THAT(written.error().first().message, Catch::Contains("somebody added version 2"));
  const auto now = store->read();
  CHECK(values(*now) == "theirs");
  CHECK(now->is_edited);
  CHECK(now->ledger == ledger_of("mine"));
  // And the run goes on from there.
  REQUIRE(add_token(*store, *now).has_value());
  CHECK(values(*store->read()) == "theirs fresh");
  CHECK(states() == "ENABLED ENABLED DESTROYED DISABLED ENABLED");
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: a lost answer to the new version is looked for") {
  const auto store = this->store();
  const auto read = store->read();
  SECTION("after it was added") {
    server.faults(R"([{"path":"hmac-token:addVersion","do":"lost"}])");
    CHECK(add_token(*store, *read).has_value());
    CHECK(annotation().find("pending") == std::string::npos);
  }
  SECTION("while it is on its way") {
    server.faults(R"([{"path":"hmac-token:addVersion","do":"late","seconds":0.3}])");
    clock.max_sleep = std::chrono::milliseconds{400};
    CHECK(add_token(*store, *read).has_value());
  }
  SECTION("when it comes very late: the next look finds it") {
    server.faults(R"([{"path":"hmac-token:addVersion","do":"late","seconds":0.6}])");
    const auto written = add_token(*store, *read);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::unknown);
    CHECK(values(*store->read()) == "by-hand");
    CHECK(store->read()->ledger == Ledger{});
    std::this_thread::sleep_for(std::chrono::milliseconds{900});
  }
  const auto now = store->read();
  REQUIRE(now.has_value());
  CHECK(values(*now) == "by-hand fresh");
  CHECK(now->ledger == ledger_of("run-fresh"));
  CHECK_FALSE(now->is_edited);
  REQUIRE(add_token(*store, *now, "next").has_value());
  CHECK(values(*store->read()) == "by-hand fresh next");
  CHECK(states() == "DESTROYED DISABLED ENABLED");
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: what was announced keeps others away until it cannot arrive any more") {
  const auto store = this->store();
  const auto read = store->read();
  server.faults(R"([{"path":"hmac-token:addVersion","do":"cut"}])");
  CHECK(add_token(*store, *read).error().kind == ErrorKind::unknown);
  CHECK_THAT(annotation(), Catch::Contains("\"pending\":{\"base\":1,"));
  const auto other = this->store();
  const auto seen = other->read();
  REQUIRE(seen.has_value());
  CHECK(values(*seen) == "by-hand");
  const auto early = add_token(*other, *seen, "other");
  REQUIRE_FALSE(early.has_value());
  CHECK(early.error().first().code == Code::store_write_open);
  CHECK(early.error().kind == ErrorKind::unavailable);
  clock.ahead = SecretManagerStore::kMaxOpen + std::chrono::seconds{1};
  REQUIRE(add_token(*other, *other->read(), "other").has_value());
  CHECK(values(*other->read()) == "by-hand other");
  CHECK(annotation().find("pending") == std::string::npos);
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: a lost answer to a patch is looked for") {
  const auto store = this->store();
  const auto read = store->read();
  const auto [after, what] =
      GENERATE(table<int, std::string>({{0, "lost"}, {0, "cut"}, {1, "lost"}, {1, "cut"}}));
  CAPTURE(after, what);
  SECTION("of a write of tokens") {
    server.faults(fmt::format(R"([{{"method":"PATCH","do":"{}","after":{}}}])", what, after));
    const auto written = add_token(*store, *read);
    // The second one says what everybody can see.
    CHECK(written.has_value() == (after == 1 || what == "lost"));
    const auto now = store->read();
    REQUIRE(now.has_value());
    CHECK(values(*now) == (written ? "by-hand fresh" : "by-hand"));
    CHECK(now->ledger == (written ? ledger_of("run-fresh") : Ledger{}));
    CHECK_FALSE(now->is_edited);
    REQUIRE(add_token(*store, *now, "next").has_value());
    CHECK(values(*store->read()) == (written ? "by-hand fresh next" : "by-hand next"));
  }
  SECTION("of a write of the ledger") {
    server.faults(fmt::format(R"([{{"method":"PATCH","do":"{}"}}])", what));
    const auto written = take_lease(*store, *read);
    CHECK(written.has_value() == (what == "lost"));
    CHECK(store->read()->ledger == (written ? ledger_of("run") : Ledger{}));
  }
}

// Everything that a run does outside, and its death right after each.
TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: wherever a run dies, the old state is there or the new one") {
  std::set<std::string> seen;
  for (int after = 0; after < 12; ++after) {
    CAPTURE(after);
    server.behind("PUT", "secrets/hmac-token",
                  R"({"versions":[["'o/r':\n- value: first\n","ENABLED"]],"annotations":{}})");
    const auto first = this->store();
    REQUIRE(add_token(*first, *first->read(), "before").has_value());
    const auto dying = this->store();
    const auto read = dying->read();
    server.faults(fmt::format(R"([{{"path":"secrets","do":"cut","after":{},"times":99}}])", after));
    const bool is_done = add_token(*dying, *read).has_value();
    server.faults("[]");
    clock.ahead += SecretManagerStore::kMaxOpen + std::chrono::seconds{2};
    const auto now = first->read();
    REQUIRE(now.has_value());
    const std::string there = values(*now);
    CHECK((there == "first before" || there == "first before fresh"));
    CHECK(now->ledger.lease->run == (there == "first before" ? "run-before" : "run-fresh"));
    CHECK_FALSE(now->is_edited);
    if (is_done) CHECK(there == "first before fresh");
    REQUIRE(add_token(*first, *now, "last").has_value());
    CHECK(values(*first->read()) == there + " last");
    seen.insert(there);
  }
  CHECK(seen.size() == 2);
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: tokens and ledger are counted before anything is added") {
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(add_token(*store, *read, std::string(60'000, 'x')).has_value());
  const std::string log = server.log();
  const auto now = store->read();
  const auto written = add_token(*store, *now, std::string(6'000, 'y'));
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().first().code == Code::token_document_too_large);
  CHECK_THAT(written.error().first().message, Catch::Contains("can have 65536"));
  CHECK_THAT(server.log().substr(log.size() - 2), !Catch::Contains("POST"));
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: a ledger of any size is kept in several versions") {
  const auto store = this->store();
  const auto read = store->read();
  Ledger ledger = ledger_of("run");
  for (int i = 0; i < 500; ++i) ledger.entries[fmt::format("o/repository-{}", i)].plan = "p";
  REQUIRE(store->write(read->tokens, ledger, read->version).has_value());
  CHECK(store->read()->ledger == ledger);
  CHECK_THAT(annotation(), Catch::Contains("[1,2,3"));
  REQUIRE(take_lease(*store, *store->read()).has_value());
  CHECK_THAT(states("hmac-token-ledger"), Catch::StartsWith("DESTROYED DESTROYED DESTROYED"));
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: an annotation that is not ours to read stops everything") {
  const auto store = this->store();
  REQUIRE(take_lease(*store, *store->read()).has_value());
  const auto [text, hint] = GENERATE(table<std::string, std::string>(
      {{R"({\"schema\":\"hookplan.store-state/v2\"})", "a newer build"},
       {"hello", "remove it"},
       {R"({\"ledger\":[1],\"old\":[],\"schema\":\"hookplan.store-state/v1\",\"x\":1})",
        "remove it"}}));
  server.behind(
      "PUT", "secrets/hmac-token",
      fmt::format(R"({{"versions":[["","ENABLED"]],"annotations":{{"hookplan":"{}"}}}})", text));
  const auto read = store->read();
  CHECK(read.error().first().code == Code::ledger_unreadable);
  CHECK_THAT(read.error().first().hint, Catch::Contains(hint));
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: of four writers one wins each version") {
  constexpr int kWriters = 4;
  std::vector<std::thread> writers;
  std::atomic<int> conflicts = 0;
  std::vector<std::string> problems(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      CurlClient own{{.user_agent = "hookplan/test"}};
      ClusterClock own_clock;
      const PluginWorld own_world{own, own_clock, world.environment, {}, world.secret};
      const auto store = kGcpSecretManagerPlugin.stores[0]
                             .make({"", "gcp-secret-manager", fields}, format, own_world)
                             .value();
      for (int t = 0; t < 2;) {
        const auto read = store->read();
        const auto written = read ? add_token(*store, *read, fmt::format("w{}t{}", w, t))
                                  : Result<void>(read.error());
        if (written) {
          ++t;
        } else if (written.error().kind == ErrorKind::conflict) {
          ++conflicts;
        } else if (written.error().first().code != Code::store_write_open &&
                   written.error().first().code != Code::store_unavailable) {
          problems[static_cast<std::size_t>(w)] = written.error().first().message;
          return;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (const std::string& problem : problems) CHECK(problem.empty());
  CHECK(conflicts > 0);
  const auto read = store()->read();
  CHECK(read->tokens.at("o/r").size() == 1 + kWriters * 2);
  CHECK_FALSE(read->is_edited);
}

}  // namespace
}  // namespace hookplan
