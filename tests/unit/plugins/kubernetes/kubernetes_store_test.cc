// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/kubernetes_store.h"

#include <atomic>
#include <fstream>
#include <functional>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/json_view.h"
#include "plugins/prow/token_document.h"
#include "tests/unit/plugins/kubernetes/kube_server.h"

namespace hookplan {
namespace {

constexpr const char* kOldToken = "0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0";
constexpr const char* kNewToken = "n3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn";

const std::string kDocument = fmt::format(
    "# by hand\n\"o/r\":\n- value: {}\n  created_at: 2025-01-01T00:00:00Z\n", kOldToken);

Token token_of_test(std::string_view value, std::int64_t created) {
  return {Secret::copy_of(value), {created, 0}, {}};
}

Ledger ledger_of_run(const std::string& run) {
  Ledger ledger;
  ledger.lease = Lease{run, "process 1", {1, 0}, {1, 0}, {100, 0}, std::chrono::seconds{30}};
  return ledger;
}

// A cluster with one Secret, whose document is that, and stores that log in as `hookplan`.
struct Cluster {
  KubeServer server = KubeServer();
  CurlClient http{{.user_agent = "hookplan/test"}};
  ClusterClock clock = {};
  ProwTokenFormat format = {};

  Cluster() { server.put(object(kDocument)); }

  // More of the object's members in `more`, and of its metadata.
  static std::string object(const std::string& document, const std::string& more = "",
                            const std::string& metadata = "") {
    return fmt::format(R"({{"data":{{"hmac":"{}","other":"b3RoZXI="}},"metadata":{{{}}}{}}})",
                       base64(document), metadata, more);
  }
  ClusterAccess access(const std::string& token = "hookplan-token") const {
    ClusterAccess access;
    access.server = server.url();
    access.user = "user hookplan of config";
    access.token = Secret::copy_of(token);
    return access;
  }
  static KubernetesTokenStore::Place place() {
    return {{"prow", "hmac-token"}, "hmac", "services"};
  }
  KubernetesTokenStore store(const std::string& token = "hookplan-token") {
    return {place(), access(token), format, http, clock};
  }

  std::string data(const std::string& key) const {
    const std::string text = server.get();
    const auto json = JsonView::of(text);
    REQUIRE(json.has_value());
    const JsonView* const value = json->find("data", key);
    return value == nullptr ? "(none)" : shown(*value->decoded());
  }

  // Adds a token to o/r and writes what comes of it.
  static Result<void> add_token(TokenStore& store, const StoreContents& read,
                                const std::string& value = kNewToken) {
    TokenMap tokens = clone(read.tokens);
    tokens["o/r"].push_back(token_of_test(value, 1'800'000'000));
    return store.write(tokens, ledger_of_run("run-" + value), read.version);
  }
};

TEST_CASE_METHOD(Cluster, "tokens and ledger are two keys of one Secret and change in one write") {
  auto store = this->store();
  const auto read = store.read();
  REQUIRE(read.has_value());
  CHECK(read->tokens.at("o/r").size() == 1);
  CHECK(read->ledger == Ledger{});
  CHECK_FALSE(read->is_edited);
  CHECK(*store.version() == read->version);
  REQUIRE(add_token(store, *read).has_value());
  const auto again = store.read();
  REQUIRE(again.has_value());
  CHECK(again->tokens.at("o/r").size() == 2);
  CHECK(again->ledger == ledger_of_run(std::string("run-") + kNewToken));
  CHECK(again->version != read->version);
  CHECK_FALSE(again->is_edited);
  CHECK(store.name() == "key hmac of Secret prow/hmac-token in context services");
  CHECK(store.id() == "kubernetes:" + server.url() + "/prow/hmac-token/hmac");
}

TEST_CASE_METHOD(Cluster, "the text of the tokens stays as long as it says the same") {
  auto store = this->store();
  const auto read = store.read();
  REQUIRE(store.write(clone(read->tokens), ledger_of_run("r"), read->version).has_value());
  CHECK(data("hmac") == kDocument);
  CHECK_THAT(data("hmac.ledger"), Catch::Contains("\"run\":\"r\""));
}

TEST_CASE_METHOD(Cluster, "whatever else the Secret has stays as it is") {
  server.put(object(
      kDocument, R"(,"type":"example.com/odd")",
      R"("labels":{"a":"b"},"annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
      R"("{\"x\":\"\\u00e4\\n\"}","note":"ä😀"},"finalizers":["example.com/f"],)"
      R"("ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"n","uid":"u"}])"));
  const std::string before = server.get();
  auto store = this->store();
  REQUIRE(add_token(store, *store.read()).has_value());
  const std::string after = server.get();
  const auto one = JsonView::of(before);
  const auto other = JsonView::of(after);
  for (const char* const name : {"labels", "annotations", "finalizers", "ownerReferences", "uid",
                                 "creationTimestamp", "name", "namespace"}) {
    CAPTURE(name);
    CHECK(one->find("metadata", name)->raw() == other->find("metadata", name)->raw());
  }
  CHECK(one->find("type")->raw() == other->find("type")->raw());
  CHECK(data("other") == "other");
  CHECK(other->find("data")->members().size() == 3);
}

TEST_CASE_METHOD(Cluster, "nothing is written over what was not read") {
  auto store = this->store();
  auto other = this->store();
  const auto read = store.read();
  REQUIRE(add_token(other, *other.read(), kOldToken + std::string("x")).has_value());
  const std::string there = server.get();
  // Also where the object was not read by this store before.
  for (const bool knows : {true, false}) {
    auto fresh = this->store();
    const auto written = add_token(knows ? store : fresh, *read);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::conflict);
    CHECK(server.get() == there);
  }
  // Deleted and made again: another Secret, whatever its version.
  const auto now = store.read();
  server.remove();
  const auto gone = add_token(store, *now);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().first().code == Code::store_missing);
  server.put(object(kDocument, "", R"("uid":"another")"));
  CHECK(add_token(store, *now).error().kind == ErrorKind::conflict);
  CHECK(data("hmac.ledger") == "(none)");
}

TEST_CASE_METHOD(Cluster, "tokens that somebody else changed since the ledger are noticed") {
  auto store = this->store();
  REQUIRE(add_token(store, *store.read()).has_value());
  const std::string ledger = data("hmac.ledger");
  server.put(fmt::format(R"({{"data":{{"hmac":"{}","hmac.ledger":"{}"}}}})", base64(kDocument),
                         base64(ledger)));
  const auto read = store.read();
  REQUIRE(read.has_value());
  CHECK(read->is_edited);
  CHECK(read->tokens.at("o/r").size() == 1);
  REQUIRE(add_token(store, *read).has_value());
  CHECK_FALSE(store.read()->is_edited);
}

TEST_CASE_METHOD(Cluster,
                 "a Secret without the key, or with something else as ledger, is an error") {
  auto store = this->store();
  server.put(R"({"data":{"other":"YQ=="}})");
  CHECK(store.read().error().first().code == Code::store_missing);
  CHECK_THAT(store.read().error().first().hint, Catch::Contains(R"({"data":{"hmac":""}})"));
  server.put(R"({})");
  CHECK(store.read().error().first().code == Code::store_missing);
  server.put(R"({"data":{"hmac":null}})");
  CHECK(store.read()->tokens.empty());
  REQUIRE(add_token(store, *store.read()).has_value());
  server.put(R"({"data":{"hmac":"","hmac.ledger":"YQ=="}})");
  CHECK(store.read().error().first().code == Code::ledger_unreadable);
  server.put(
      fmt::format(R"({{"data":{{"hmac":"","hmac.ledger":"{}"}}}})",
                  base64("{\"document\":\"x\",\"schema\":\"hookplan.ledger-value/v2\"}\n{}\n")));
  CHECK_THAT(store.read().error().first().hint, Catch::Contains("a newer build wrote it"));
}

TEST_CASE_METHOD(Cluster, "a Secret that is not ours to change is read, and never written to") {
  const auto [more, metadata, code] = GENERATE(table<std::string, std::string, Code>(
      {{"", R"("labels":{"reconcile.external-secrets.io/managed":"true"})", Code::store_managed},
       {R"(,"immutable":true)", "", Code::store_refused},
       {"", R"("deletionTimestamp":"2026-01-01T00:00:00Z")", Code::store_refused}}));
  server.put(object(kDocument, more, metadata));
  auto store = this->store();
  const auto read = store.read();
  REQUIRE(read.has_value());
  const auto written = add_token(store, *read);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().kind == ErrorKind::denied);
  CHECK(written.error().first().code == code);
  CHECK_THAT(server.log(), !Catch::Contains("PUT"));
}

TEST_CASE_METHOD(Cluster, "an answer that is lost is looked for") {
  auto store = this->store();
  const auto read = store.read();
  SECTION("after the write: it is recognised") {
    server.faults(R"([{"verb":"update","do":"lost"}])");
    CHECK(add_token(store, *read).has_value());
    CHECK(store.read()->tokens.at("o/r").size() == 2);
  }
  SECTION("before the write: nobody knows, because it may still arrive") {
    server.faults(R"([{"verb":"update","do":"cut"}])");
    const auto written = add_token(store, *read);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::unknown);
    CHECK(store.version().value() == read->version);
  }
  SECTION("a late arrival is no second write") {
    server.faults(R"([{"verb":"update","do":"late","seconds":0.5}])");
    const auto written = add_token(store, *read);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::unknown);
    std::this_thread::sleep_for(std::chrono::milliseconds{1'000});
    const auto again = add_token(store, *read);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(store.read()->tokens.at("o/r").size() == 2);
  }
  SECTION("an answer without the object is as good as none") {
    server.faults(R"([{"verb":"update","do":"status","code":200,"body":{"kind":"Hello"}}])");
    CHECK(add_token(store, *read).error().kind == ErrorKind::unknown);
  }
  SECTION("and so is one that says that it may have happened") {
    server.faults(
        R"([{"verb":"update","do":"status","code":504,"body":{"status":"Failure","reason":"Timeout"}}])");
    CHECK(add_token(store, *read).error().kind == ErrorKind::unknown);
  }
}

TEST_CASE_METHOD(Cluster, "a version that would not be compared is never sent") {
  for (const char* const version : {"0", ""}) {
    server.faults(fmt::format(
        R"([{{"verb":"get","do":"status","code":200,"times":9,"body":{{"kind":"Secret","data":{{"hmac":""}},)"
        R"("metadata":{{"name":"hmac-token","namespace":"prow","resourceVersion":"{}"}}}}}}])",
        version));
    auto store = this->store();
    CHECK_FALSE(store.read().has_value());
    CHECK_FALSE(store.version().has_value());
    CHECK_FALSE(store.write({}, {}, version).has_value());
  }
  CHECK_THAT(server.log(), !Catch::Contains("PUT"));
}

TEST_CASE_METHOD(Cluster, "the answer must be this Secret") {
  auto store = this->store();
  const std::string body = GENERATE(
      R"({"kind":"Secret","metadata":{"name":"hmac-token","namespace":"other","resourceVersion":"5"}})",
      R"({"kind":"Secret","metadata":{"name":"x","namespace":"prow","resourceVersion":"5"}})",
      R"({"kind":"ConfigMap","metadata":{"name":"hmac-token","namespace":"prow","resourceVersion":"5"}})",
      R"("<html>login</html>")", "[]");
  server.faults(R"([{"do":"status","code":200,"body":)" + body + "}]");
  CHECK_FALSE(store.read().has_value());
}

TEST_CASE_METHOD(Cluster, "a busy server is asked again when it says so, a few times") {
  auto store = this->store();
  const std::string fault =
      R"([{"do":"status","code":429,"headers":{"Retry-After":"2"},"body":"Too many requests","times":)";
  server.faults(fault + "3}]");
  CHECK(store.read().has_value());
  CHECK(clock.slept == std::chrono::seconds{6});
  server.faults(fault + "99}]");
  const auto read = store.read();
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().first().code == Code::rate_limited);
  CHECK(read.error().kind == ErrorKind::unavailable);
}

TEST_CASE_METHOD(Cluster, "who may not is told which role is missing") {
  auto nobody = store("nobody-token");
  const auto read = nobody.read();
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().kind == ErrorKind::denied);
  CHECK_THAT(read.error().first().message, Catch::Contains("user nobody may not get it"));
  CHECK_THAT(read.error().first().hint,
             Catch::Contains("kubectl -n prow create role hookplan --verb=get,update") &&
                 Catch::Contains("--resource-name=hmac-token") && Catch::Contains("--user=nobody"));
  auto reader = store("reader-token");
  const auto written = add_token(reader, *reader.read());
  CHECK_THAT(written.error().first().message, Catch::Contains("user reader may not update it"));
  auto stranger = store("wrong");
  CHECK(stranger.read().error().first().code == Code::cluster_login);
  CHECK_THAT(text_of_error(stranger.read().error()), !Catch::Contains("wrong"));
}

TEST_CASE_METHOD(Cluster, "get and update on that one Secret are enough") {
  auto store = this->store();
  REQUIRE(add_token(store, *store.read()).has_value());
  REQUIRE(store.version().has_value());
  const std::string log = server.log();
  for (const char* const method : {"PATCH", "POST", "DELETE", "401", "403"}) {
    CHECK_THAT(log, !Catch::Contains(method));
  }
}

TEST_CASE_METHOD(Cluster, "a token that is renewed in its file is used at once") {
  const TestFolder folder;
  ClusterAccess by_file = access();
  by_file.token = {};
  by_file.token_file = folder.write("token", "first");
  server.tokens(R"({"add":{"first":"hookplan","second":"hookplan"}})");
  KubernetesTokenStore store(place(), std::move(by_file), format, http, clock);
  CHECK(store.read().has_value());
  server.tokens(R"({"revoke":["first"]})");
  CHECK(store.read().error().first().code == Code::cluster_login);
  folder.write("token", "second\n");
  CHECK(store.read().has_value());
}

TEST_CASE_METHOD(Cluster, "a plugin is asked again when its token is not taken") {
  const TestFolder folder;
  const std::string plugin = folder.write(
      "login",
      "#!/bin/sh\nprintf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/"
      "v1\",\"status\":{\"token\":\"%s\"}}' \"$(cat \"$0.token\")\"\n");
  std::filesystem::permissions(plugin, std::filesystem::perms(0700));
  folder.write("login.token", "first");
  server.tokens(R"({"add":{"first":"hookplan","second":"hookplan"}})");
  ClusterAccess by_plugin = access();
  by_plugin.token = {};
  by_plugin.exec = ExecPlugin{"client.authentication.k8s.io/v1", plugin, {}, {}, "", false};
  KubernetesTokenStore store(place(), std::move(by_plugin), format, http, clock);
  const auto read = store.read();
  REQUIRE(read.has_value());
  server.tokens(R"({"revoke":["first"]})");
  folder.write("login.token", "second");
  CHECK(add_token(store, *read).has_value());
}

TEST_CASE_METHOD(Cluster, "the size is counted with everything, before anything is written") {
  auto store = this->store();
  const auto with_other = [&](std::size_t size) {
    server.put(
        fmt::format(R"({{"data":{{"hmac":"","other":"{}"}}}})", base64(std::string(size, 'x'))));
    return store.read().value();
  };
  const auto roomy = with_other(1000);
  REQUIRE(add_token(store, roomy).has_value());
  const std::size_t ours = data("hmac").size() + data("hmac.ledger").size();
  // Exactly 1 MiB goes, one byte more does not.
  REQUIRE(add_token(store, with_other((1U << 20U) - ours)).has_value());
  const auto full = with_other((1U << 20U) - ours + 1);
  const std::string log = server.log();
  const auto written = add_token(store, full);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().first().code == Code::token_document_too_large);
  CHECK_THAT(written.error().first().message,
             Catch::Contains("would have 1048577 bytes") && Catch::Contains("can have 1048576"));
  CHECK(server.log() == log);
}

TEST_CASE_METHOD(Cluster, "of sixteen writers one wins each version, and no token is lost") {
  constexpr int kWriters = 16;
  constexpr int kTokensOfEach = 3;
  std::vector<std::thread> writers;
  std::atomic<int> conflicts = 0;
  std::vector<std::string> problems(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      CurlClient own{{.user_agent = "hookplan/test"}};
      ClusterClock own_clock;
      KubernetesTokenStore store(place(), access(), format, own, own_clock);
      for (int t = 0; t < kTokensOfEach;) {
        const auto read = store.read();
        if (!read) {
          problems[static_cast<std::size_t>(w)] = read.error().first().message;
          return;
        }
        const auto written = add_token(store, *read, fmt::format("writer{:02}token{}", w, t));
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
  CHECK(conflicts > 0);  // they met
  auto store = this->store();
  const auto read = store.read();
  REQUIRE(read.has_value());
  CHECK(read->tokens.at("o/r").size() == 1 + kWriters * kTokensOfEach);
  std::set<std::string> values;
  for (const Token& token : read->tokens.at("o/r")) values.insert(shown(token.value));
  CHECK(values.size() == 1 + kWriters * kTokensOfEach);
  CHECK(data("other") == "other");
  CHECK_FALSE(read->is_edited);
}

// Records of what Prow's own code wrote and read; false if the data is not there.
bool for_each_golden(const std::string& name, const std::function<void(const JsonValue&)>& check) {
  std::ifstream in(std::string(HOOKPLAN_SHARED) + "/golden/prow/" + name);
  if (!in) std::cout << "skipped: no golden data of Prow\n";
  const bool is_there = in.good();
  for (std::string line; std::getline(in, line);) {
    const auto record = parse_json(line, name, "a record", Code::internal_error);
    REQUIRE(record.has_value());
    check(*record);
  }
  return is_there;
}

TEST_CASE_METHOD(Cluster, "what Prow wrote into its Secret is read, and written in its words") {
  std::size_t cases = 0;
  const bool is_there = for_each_golden("secret_encode.jsonl", [&](const JsonValue& record) {
    if (++cases % 8 != 0) return;
    CAPTURE(record.find("name")->string);
    const std::string& text = record.find("out")->string;
    server.put(object(text));
    auto store = this->store();
    const auto read = store.read();
    REQUIRE(read.has_value());
    REQUIRE(store.write(read->tokens, ledger_of_run("r"), read->version).has_value());
    CHECK(data("hmac") == text);
    // Written anew, it is what the format writes, which is what Prow would.
    TokenMap tokens = clone(read->tokens);
    tokens["added/here"].push_back(token_of_test(kNewToken, 1'800'000'000));
    REQUIRE(store.write(tokens, ledger_of_run("r"), *store.version()).has_value());
    CHECK(data("hmac") == shown(*format.write(tokens)));
  });
  CHECK((!is_there || cases > 300));
}

TEST_CASE_METHOD(Cluster, "what Prow would not read in full is not written over") {
  std::size_t refused = 0;
  std::size_t legacy = 0;
  const bool is_there = for_each_golden("secret_decode.jsonl", [&](const JsonValue& record) {
    const std::string& text = record.find("in")->string;
    CAPTURE(record.find("name")->string);
    server.put(object(text));
    auto store = this->store();
    const auto read = store.read();
    const auto expected = format.read(Secret::copy_of(text), "x");
    REQUIRE(read.has_value() == expected.has_value());
    if (!read) {
      CHECK(read.error().kind == ErrorKind::token_document);
      CHECK_FALSE(store.write({}, {}, *store.version()).has_value());
      CHECK(data("hmac") == text);
      ++refused;
    } else if (read->is_legacy_token) {
      // The one token becomes that of `*`, beside what is added.
      REQUIRE(add_token(store, *read).has_value());
      CHECK(store.read()->tokens.at("*").size() == 1);
      CHECK_FALSE(store.read()->is_legacy_token);
      ++legacy;
    }
  });
  CHECK((!is_there || (refused > 5 && legacy > 1)));
}

TEST_CASE_METHOD(Cluster, "a call ends, whatever the cluster does") {
  auto store = this->store();
  server.faults(R"([{"verb":"get","do":"freeze","seconds":17}])");
  const auto start = std::chrono::steady_clock::now();
  const auto read = store.read();
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().kind == ErrorKind::unknown);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{17});
}

}  // namespace
}  // namespace hookplan
