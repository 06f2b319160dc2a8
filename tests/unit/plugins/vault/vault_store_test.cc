// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "plugins/vault/vault_api.h"
#include "tests/unit/plugins/vault/vault_fixture.h"

namespace hookplan {
namespace {

TEST_CASE_METHOD(VaultWorld, "vault: tokens and ledger are two keys and change in one version") {
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  CHECK(read->tokens.at("o/r").size() == 1);
  CHECK(read->ledger == Ledger{});
  CHECK(*store->version() == read->version);
  REQUIRE(add_token(*store, *read).has_value());
  const auto again = store->read();
  REQUIRE(again.has_value());
  CHECK(again->tokens.at("o/r").size() == 2);
  CHECK(again->ledger.lease->run == std::string("run-") + kVaultNewToken);
  CHECK(again->version != read->version);
  CHECK_FALSE(again->is_edited);
  CHECK_THAT(again->version, Catch::StartsWith("2 of "));
  CHECK(store->name() == "key hmac of secret prow/hmac in mount secret");
  CHECK(store->id() == "vault:" + server.url() + "//secret/prow/hmac/hmac");
}

TEST_CASE_METHOD(VaultWorld, "vault: what else the secret has stays as it came") {
  put(document(),
      R"("other":"a <b> & \u00e4\"\\\n","number":12345678901234567890,"list":[1,{"a":null}],"x.y":true)");
  const auto store = this->store();
  REQUIRE(add_token(*store, *store->read()).has_value());
  CHECK(data("other") == R"("a \u003cb\u003e \u0026 \u00e4\"\\\n")");
  // What Vault itself makes of it for whoever reads it.
  CHECK(data("number") == "12345678901234567000");
  CHECK(data("list") == R"([1,{"a":null}])");
  CHECK(data("x.y") == "true");
  // The text of the tokens stays as long as it says the same.
  const auto read = store->read();
  put(document());
  const auto now = store->read();
  REQUIRE(store->write(now->tokens, read->ledger, now->version).has_value());
  CHECK_THAT(data("hmac"), Catch::StartsWith("\"# by hand"));
  CHECK_THAT(data("hmac.ledger"), Catch::Contains("\\\"run\\\""));
}

TEST_CASE_METHOD(VaultWorld, "vault: nothing is written over what was not read") {
  const bool is_required = GENERATE(false, true);
  state(fmt::format(R"({{"cas_required":{}}})", is_required));
  const auto store = this->store();
  const auto read = store->read();
  const auto other = this->store();
  REQUIRE(add_token(*other, *other->read(), "another").has_value());
  const std::string there = data("hmac");
  for (const bool knows : {true, false}) {
    const auto fresh = this->store();
    const auto written = add_token(knows ? *store : *fresh, *read);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::conflict);
  }
  // Removed with its history and made again: the numbers are the same, the secret is not.
  const auto now = store->read();
  server.behind("DELETE", "secrets/secret/prow/hmac");
  put(document());
  put(document());
  const auto fresh = this->store();
  CHECK(add_token(*fresh, *now).error().kind == ErrorKind::conflict);
  CHECK(data("hmac.ledger") == "(none)");
}

TEST_CASE_METHOD(VaultWorld, "vault: tokens that somebody else changed are noticed") {
  const auto store = this->store();
  REQUIRE(add_token(*store, *store->read()).has_value());
  put(document(), "\"hmac.ledger\":" + data("hmac.ledger"));
  const auto read = store->read();
  REQUIRE(read.has_value());
  CHECK(read->is_edited);
  REQUIRE(add_token(*store, *read).has_value());
  CHECK_FALSE(store->read()->is_edited);
}

TEST_CASE_METHOD(VaultWorld, "vault: what is not a store of tokens is an error with a way out") {
  const auto store = this->store();
  const auto error = [&] { return store->read().error().first(); };
  const std::string place = "secrets/secret/prow/hmac";
  SECTION("no such key") {
    server.behind("PUT", place, R"({"other":"a"})");
    CHECK(error().code == Code::store_missing);
    CHECK_THAT(error().hint, Catch::Contains("vault kv patch -mount=secret prow/hmac hmac="));
  }
  SECTION("no text") {
    server.behind("PUT", place, R"({"hmac":{"o/r":[]}})");
    CHECK(error().code == Code::token_document_shape);
  }
  SECTION("no ledger of ours") {
    put(document(), R"("hmac.ledger":"x")");
    CHECK(error().code == Code::ledger_unreadable);
    put(document(), R"("hmac.ledger":5)");
    CHECK(error().code == Code::ledger_unreadable);
  }
  SECTION("nothing there") {
    server.behind("DELETE", place);
    CHECK(error().code == Code::store_missing);
    CHECK_THAT(error().hint, Catch::Contains("vault kv put -cas=0 -mount=secret prow/hmac hmac="));
  }
  SECTION("deleted, and destroyed") {
    const auto ask = [&](const std::string& method, const std::string& path,
                         const std::string& body) {
      HttpRequest request = request_for(server.url() + "/v1/secret/" + path, method, body);
      request.credential = {"x-vault-token", "", Secret::copy_of("root")};
      REQUIRE(http.send(std::move(request))->status == 204);
    };
    ask("DELETE", "data/prow/hmac", "");
    CHECK(error().code == Code::store_missing);
    CHECK_THAT(error().message, Catch::Contains("its newest version, 1, was deleted at 20"));
    CHECK_THAT(error().hint, Catch::Contains("vault kv undelete -versions=1 -mount=secret"));
    ask("POST", "destroy/prow/hmac", R"({"versions":[1]})");
    CHECK_THAT(error().message, Catch::Contains("was destroyed"));
    CHECK_THAT(error().hint, Catch::Contains("-cas=1"));
  }
  SECTION("no such mount") {
    const auto elsewhere = this->store({{"mount", "kv"}});
    CHECK_THAT(elsewhere->read().error().first().message, Catch::Contains("no such mount"));
  }
}

TEST_CASE_METHOD(VaultWorld, "vault: a secret of another namespace is another secret") {
  server.behind("PUT", "secrets/team/prow/secret/prow/hmac", R"({"hmac":""})");
  const auto store = this->store({{"namespace", "team/prow"}});
  const auto read = store->read();
  REQUIRE(read.has_value());
  CHECK(read->tokens.empty());
  REQUIRE(add_token(*store, *read).has_value());
  CHECK(data("hmac.ledger") == "(none)");
  CHECK(store->id() != this->store()->id());
}

TEST_CASE_METHOD(VaultWorld, "vault: what External Secrets pushes is read, and never written to") {
  state(R"({"note":{"managed-by":"external-secrets"}})");
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  const auto written = add_token(*store, *read);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().first().code == Code::store_managed);
  CHECK_THAT(server.log(), !Catch::Contains("POST"));
}

TEST_CASE_METHOD(VaultWorld, "vault: an answer that is lost is looked for") {
  const auto store = this->store();
  const auto read = store->read();
  SECTION("after the write: it is recognised") {
    server.faults(R"([{"method":"POST","do":"lost"}])");
    CHECK(add_token(*store, *read).has_value());
    CHECK(store->read()->tokens.at("o/r").size() == 2);
  }
  SECTION("before it: nobody knows, because it may still arrive") {
    server.faults(R"([{"method":"POST","do":"cut"}])");
    CHECK(add_token(*store, *read).error().kind == ErrorKind::unknown);
    CHECK(store->version().value() == read->version);
  }
  SECTION("a late arrival is no second write") {
    server.faults(R"([{"method":"POST","do":"late","seconds":0.3}])");
    CHECK(add_token(*store, *read).error().kind == ErrorKind::unknown);
    std::this_thread::sleep_for(std::chrono::milliseconds{600});
    CHECK(add_token(*store, *read).error().kind == ErrorKind::conflict);
    CHECK(store->read()->tokens.at("o/r").size() == 2);
  }
  SECTION("another run was faster: not ours") {
    server.faults(R"([{"method":"POST","do":"cut"}])");
    const auto unknown = add_token(*store, *read);
    const auto other = this->store();
    REQUIRE(add_token(*other, *other->read(), "another").has_value());
    CHECK(add_token(*store, *read).error().kind == ErrorKind::conflict);
  }
}

TEST_CASE_METHOD(VaultWorld, "vault: each fault has its own message, and its kind") {
  struct Row {
    const char* answer;
    ErrorKind of_read;
    ErrorKind of_write;
    const char* words;
  };
  const Row row = GENERATE(
      Row{R"("code":400,"body":{"errors":["bad"]})", ErrorKind::denied, ErrorKind::denied,
          "calls the request invalid"},
      Row{R"("code":400,"body":{"errors":["Upgrading from non-versioned to versioned data."]})",
          ErrorKind::unavailable, ErrorKind::unavailable, "is being upgraded"},
      Row{R"("code":404,"body":"<html>")", ErrorKind::unavailable, ErrorKind::unavailable,
          "is not a Vault"},
      Row{R"("code":307,"headers":{"Location":"https://other/"})", ErrorKind::unavailable,
          ErrorKind::unavailable, "sends requests elsewhere"},
      Row{R"("code":405,"body":{"errors":["1 error"]})", ErrorKind::denied, ErrorKind::denied,
          "has no such path"},
      Row{R"("code":412,"body":{"errors":["required index state not present"]})",
          ErrorKind::unavailable, ErrorKind::unavailable, "has not yet seen"},
      Row{R"("code":413,"body":"too much")", ErrorKind::unavailable, ErrorKind::unavailable,
          "larger than Vault takes"},
      Row{R"("code":429,"body":{"errors":["rate limit quota exceeded"]})", ErrorKind::unavailable,
          ErrorKind::unavailable, "a quota"},
      Row{R"("code":472)", ErrorKind::unavailable, ErrorKind::unavailable, "disaster recovery"},
      Row{R"("code":473)", ErrorKind::unavailable, ErrorKind::unavailable, "standby"},
      Row{R"("code":500,"body":{"errors":["internal error"]})", ErrorKind::unavailable,
          ErrorKind::unknown, "an error of its own"},
      Row{R"("code":500,"body":{"errors":["put failed due to value being too large; got"]})",
          ErrorKind::unavailable, ErrorKind::unavailable, "too large"},
      Row{R"("code":501,"body":{"errors":[]})", ErrorKind::unavailable, ErrorKind::unavailable,
          "not initialized"},
      Row{R"("code":502,"body":"<html>")", ErrorKind::unavailable, ErrorKind::unknown,
          "stands before"},
      Row{R"("code":503,"body":{"errors":["Vault is sealed"]})", ErrorKind::unavailable,
          ErrorKind::unavailable, "is sealed"},
      Row{R"("code":503,"body":"<html>")", ErrorKind::unavailable, ErrorKind::unknown,
          "maintenance"},
      Row{R"("code":418)", ErrorKind::unavailable, ErrorKind::unavailable, "answers 418"});
  CAPTURE(row.answer);
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  const std::string fault = fmt::format(R"([{{"path":"data/prow","do":"status","times":9,{}}}])",
                                        std::string(row.answer));
  server.faults(fault);
  const auto asked = store->read();
  REQUIRE_FALSE(asked.has_value());
  CHECK(asked.error().kind == row.of_read);
  CHECK_THAT(asked.error().first().message, Catch::Contains(row.words));
  CHECK_FALSE(asked.error().first().hint.empty());
  server.faults(fault);
  const auto written = add_token(*store, *read);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().kind == row.of_write);
  CHECK_THAT(written.error().first().message, Catch::Contains(row.words));
  CHECK_THAT(text_of_error(written.error()),
             !Catch::Contains("n3w") && !Catch::Contains("hookplan-token"));
  server.faults("[]");
  CHECK(add_token(*store, *store->read()).has_value());
}

TEST_CASE_METHOD(VaultWorld, "vault: what was turned away is asked again, a few times") {
  const auto store = this->store();
  server.faults(
      R"([{"path":"data/prow","do":"status","code":429,"headers":{"Retry-After":"2"},"times":2},
          {"path":"data/prow","do":"status","code":412,"body":{"errors":[]},"times":1}])");
  CHECK(store->read().has_value());
  CHECK(clock.slept == std::chrono::seconds{5});
}

TEST_CASE_METHOD(VaultWorld, "vault: a server that hangs is given up") {
  const auto store = this->store();
  const auto read = store->read();
  CHECK(VaultApi::kMaxCallTime == std::chrono::seconds{15});
  server.faults(R"([{"method":"GET","path":"data/","do":"cut"}])");
  CHECK(store->version().has_value());  // only a read is sent again
  server.faults(R"([{"method":"GET","path":"data/","do":"cut","times":9}])");
  CHECK_FALSE(store->version().has_value());
}

TEST_CASE_METHOD(VaultWorld, "vault: the size is counted before anything is sent") {
  put("", fmt::format(R"("other":"{}")", std::string(999'000, 'x')));
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  const std::string log = server.log();
  const auto written = add_token(*store, *read, std::string(2'000, 'y'));
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().first().code == Code::token_document_too_large);
  CHECK_THAT(written.error().first().message, Catch::Contains("can have 1000000"));
  CHECK(server.log() == log);
}

TEST_CASE_METHOD(VaultWorld, "vault: of eight writers one wins each version") {
  constexpr int kWriters = 8;
  constexpr int kTokensOfEach = 2;
  std::vector<std::thread> writers;
  std::atomic<int> conflicts = 0;
  std::vector<std::string> problems(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      CurlClient own{{.user_agent = "hookplan/test"}};
      ClusterClock own_clock;
      const PluginWorld own_world{own, own_clock, world.environment, {}, world.secret};
      const auto store =
          kVaultPlugin.stores[0].make({"", "vault", fields}, format, own_world).value();
      for (int t = 0; t < kTokensOfEach;) {
        const auto read = store->read();
        const auto written = read
                                 ? add_token(*store, *read, fmt::format("writer{:02}token{}", w, t))
                                 : Result<void>(read.error());
        if (written) {
          ++t;
        } else if (written.error().kind == ErrorKind::conflict) {
          ++conflicts;
        } else {
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
  std::set<std::string> values;
  for (const Token& token : read->tokens.at("o/r")) values.insert(shown(token.value));
  CHECK(values.size() == 1 + kWriters * kTokensOfEach);
  CHECK(data("other") == R"("not \u003cours\u003e")");
}

}  // namespace
}  // namespace hookplan
