// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/unit/plugins/vault/vault_fixture.h"

namespace hookplan {
namespace {

struct VaultLogins : VaultWorld {
  TestFolder folder = {};
  std::string pod_token = folder.write("token", "pod-token\n");

  VaultLogins() {
    secrets = {{"TOKEN", "hookplan-token\n"}, {"SECRET_ID", "secret-1"}, {"JWT", "job-token"}};
  }
  FieldMap by(const std::string& auth) const {
    if (auth == "approle")
      return {{"auth", auth}, {"role", "role-1"}, {"secret_id", "env:SECRET_ID"}};
    if (auth == "jwt") return {{"auth", auth}, {"role", "ci"}, {"jwt", "env:JWT"}};
    if (auth == "kubernetes")
      return {{"auth", auth}, {"role", "prow"}, {"service_account", pod_token}};
    return {};
  }
  std::size_t calls(const std::string& path) const {
    const std::string log = server.log();
    std::size_t number = 0;
    for (std::size_t at = 0; (at = log.find(path, at)) != std::string::npos; ++at) ++number;
    return number;
  }
};

TEST_CASE_METHOD(VaultLogins,
                 "vault: there are four ways to log in, and what was got is given back") {
  const std::string auth = GENERATE("token", "approle", "kubernetes", "jwt");
  CAPTURE(auth);
  {
    const auto store = this->store(by(auth));
    const auto read = store->read();
    REQUIRE(read.has_value());
    CHECK(add_token(*store, *read).has_value());
    CHECK(store->version().has_value());
    CHECK(calls("/login\"") == (auth == "token" ? 0 : 1));
  }
  CHECK_THAT(server.behind("GET", "tokens"), !Catch::Contains("hvs."));
  CHECK_THAT(server.behind("GET", "tokens"), Catch::Contains("hookplan-token"));
}

TEST_CASE_METHOD(VaultLogins,
                 "vault: a token is renewed before it ends, and replaced when it cannot be") {
  SECTION("renewed") {
    const auto store = this->store(by("approle"));
    REQUIRE(store->read().has_value());
    clock.ahead = std::chrono::minutes{41};
    CHECK(store->version().has_value());
    CHECK(calls("renew-self") == 1);
    CHECK(store->version().has_value());
    CHECK(calls("renew-self") == 1);
    CHECK(calls("/login\"") == 1);
  }
  SECTION("another login") {
    state(R"({"life":{"ttl":3600,"renewable":false}})");
    const auto store = this->store(by("approle"));
    REQUIRE(store->read().has_value());
    clock.ahead = std::chrono::minutes{59};
    CHECK(store->version().has_value());
    CHECK(calls("/login\"") == 1);
    clock.ahead = std::chrono::seconds{3'580};
    CHECK(store->version().has_value());
    CHECK(calls("/login\"") == 2);
  }
  SECTION("revoked: once more, and no oftener") {
    const auto store = this->store(by("approle"));
    REQUIRE(store->read().has_value());
    state(R"({"revoke":["made"]})");
    CHECK(store->version().has_value());
    CHECK(calls("/login\"") == 2);
    server.faults(
        R"([{"path":"data/","do":"status","code":403,"body":{"errors":["permission denied"]},"times":9}])");
    CHECK(store->version().error().kind == ErrorKind::denied);
    CHECK(calls("/login\"") == 3);
  }
  SECTION("a token that somebody made is renewed, too") {
    state(R"({"tokens":{"short-token":{"ttl":600,"renewable":true}}})");
    secrets["TOKEN"] = "short-token";
    const auto store = this->store();
    REQUIRE(store->read().has_value());
    clock.ahead = std::chrono::seconds{500};
    CHECK(store->read().has_value());
    CHECK(calls("renew-self") == 1);
  }
  SECTION("and if it cannot be, that is said before it ends") {
    state(R"({"tokens":{"short-token":{"ttl":600,"renewable":false}}})");
    secrets["TOKEN"] = "short-token";
    const auto store = this->store();
    REQUIRE(store->read().has_value());
    clock.ahead = std::chrono::seconds{590};
    const auto late = store->read();
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().first().code == Code::store_login);
    CHECK_THAT(late.error().first().message, Catch::Contains("cannot be renewed"));
  }
}

TEST_CASE_METHOD(VaultLogins,
                 "vault: a login that is refused says who was refused, and nothing secret") {
  secrets = {
      {"TOKEN", "unknown-s3cret"}, {"SECRET_ID", "unknown-s3cret"}, {"JWT", "unknown-s3cret"}};
  folder.write("token", "unknown-s3cret");
  const std::string auth = GENERATE("token", "approle", "kubernetes", "jwt");
  const auto read = store(by(auth))->read();
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().kind == ErrorKind::denied);
  CHECK(read.error().first().code == Code::store_login);
  CHECK_THAT(read.error().first().message,
             Catch::Contains(auth == "token" ? "the token of env:TOKEN" : "of auth/" + auth));
  CHECK_THAT(text_of_error(read.error()), !Catch::Contains("s3cret"));
}

TEST_CASE_METHOD(VaultLogins, "vault: trouble at the login is no refusal") {
  const auto [fault, code] = GENERATE(table<std::string, Code>(
      {{R"("do":"status","code":503,"body":{"errors":["Vault is sealed"]})",
        Code::store_unavailable},
       {R"("do":"status","code":500,"body":{"errors":[]})", Code::store_unavailable},
       {R"("do":"status","code":429,"body":{"errors":[]})", Code::rate_limited},
       {R"("do":"status","code":404,"body":{"errors":["no handler for route"]})",
        Code::store_credential},
       {R"("do":"status","code":200,"body":{"auth":null})", Code::store_unavailable},
       {R"("do":"lost")", Code::answer_lost}}));
  server.faults("[{\"path\":\"login\"," + fault + "}]");
  const auto read = store(by("jwt"))->read();
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().first().code == code);
  CHECK(read.error().kind != ErrorKind::unknown);
}

TEST_CASE_METHOD(VaultLogins, "vault: who may not is told which policy is missing") {
  secrets["TOKEN"] = "nobody-token";
  const auto read = store()->read();
  CHECK(read.error().first().code == Code::permission_missing);
  CHECK_THAT(
      read.error().first().hint,
      Catch::Contains(R"(path "secret/data/prow/hmac" { capabilities = ["read", "update"] })"));
  secrets["TOKEN"] = "reader-token";
  const auto reader = store();
  const auto written = add_token(*reader, *reader->read());
  CHECK_THAT(written.error().first().message, Catch::Contains("may not update it"));
}

TEST_CASE_METHOD(VaultLogins,
                 "vault: settings that do not fit are refused before anything is asked") {
  const auto [other, code] = GENERATE(table<FieldMap, Code>({
      {{{"token", ""}}, Code::store_credential},
      {{{"auth", "approle"}}, Code::store_credential},
      {{{"auth", "jwt"}, {"role", "ci"}}, Code::store_credential},
      {{{"auth", "ldap"}}, Code::settings_bad_value},
      {{{"mount", "a//b"}}, Code::settings_bad_value},
      {{{"mount", ""}}, Code::settings_missing_field},
      {{{"path", "../sys"}}, Code::settings_bad_value},
      {{{"path", "a/b."}}, Code::settings_bad_value},
      {{{"path", "a?b"}}, Code::settings_bad_value},
      {{{"path", "a%2fb"}}, Code::settings_bad_value},
      {{{"path", "/a"}}, Code::settings_bad_value},
      {{{"key", "a/b"}}, Code::settings_bad_value},
      {{{"key", "a\"b"}}, Code::settings_bad_value},
      {{{"namespace", "a\r\nb"}}, Code::settings_bad_value},
      {{{"ca", "/nowhere/ca.pem"}}, Code::unreadable_file},
  }));
  const auto made = make(other);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().first().code == code);
  CHECK(server.log() == "[]\n");
}

TEST_CASE_METHOD(VaultLogins, "vault: a pod without a token, and a file that is too large") {
  const auto absent =
      store({{"auth", "kubernetes"}, {"role", "prow"}, {"service_account", "/nowhere"}});
  CHECK(absent->read().error().first().code == Code::store_credential);
  CHECK_THAT(absent->read().error().first().message, Catch::Contains("/nowhere"));
}

}  // namespace
}  // namespace hookplan
