// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/unit/plugins/gcp_secret_manager/secret_manager_fixture.h"

namespace hookplan {
namespace {

std::string text_in(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string as_json(const std::string& text) {
  JsonWriter json;
  json.string(text);
  return json.take();
}

struct GoogleLogins : SecretManagerWorld {
  TestFolder folder = {};

  std::string key_file() {
    const std::string command = fmt::format(
        "cd {0} && openssl genrsa -out key.pem 2048 2>/dev/null && "
        "openssl rsa -in key.pem -pubout -out key.pub 2>/dev/null",
        folder.path(""));
    REQUIRE(std::system(command.c_str()) == 0);
    state("{\"public_key\":" + as_json(text_in(folder.path("key.pub"))) + "}");
    return fmt::format(
        R"({{"type":"service_account","client_email":"prow@example.iam","private_key_id":"key-1",)"
        R"("private_key":{},"token_uri":"{}/token"}})",
        as_json(text_in(folder.path("key.pem"))), server.url());
  }
  std::string federation(const std::string& source, const std::string& more = "") const {
    return fmt::format(R"({{"type":"external_account","audience":"//iam/p?a=b&c",)"
                       R"("subject_token_type":"urn:ietf:params:oauth:token-type:jwt",)"
                       R"("token_url":"{}/sts","credential_source":{}{}}})",
                       server.url(), source, more);
  }
  std::string by_url() const {
    return fmt::format(
        R"({{"url":"{}/oidc?audience=x","headers":{{"Authorization":"bearer request-token"}},)"
        R"("format":{{"type":"json","subject_token_field_name":"value"}}}})",
        server.url());
  }
  std::unique_ptr<TokenStore> store_with(const std::string& credentials) {
    secrets["FILE"] = credentials;
    return store({{"credentials", "env:FILE"}});
  }
};

TEST_CASE_METHOD(GoogleLogins, "gcp: a machine, a key and another identity log in") {
  SECTION("machine") { CHECK(store()->read().has_value()); }
  SECTION("key") {
    CHECK(store_with(key_file())->read().has_value());
    CHECK_THAT(server.log(), Catch::Contains("\"POST\",\"token\",200"));
  }
  SECTION("file") {
    const std::string file = folder.write("token", "job-token\n");
    CHECK(store_with(federation(fmt::format(R"({{"file":"{}"}})", file)))->read().has_value());
  }
  SECTION("URL, as in a CI job, on behalf of a service account") {
    const auto store = store_with(federation(
        by_url(),
        fmt::format(R"(,"service_account_impersonation_url":"{}/impersonate")", server.url())));
    CHECK(store->read().has_value());
    CHECK_THAT(server.log(), Catch::Contains("impersonate"));
  }
}

TEST_CASE_METHOD(GoogleLogins,
                 "gcp: tokens are replaced before they end, and when they are not taken") {
  const auto store = this->store();
  REQUIRE(store->read().has_value());
  const auto asked = [&] {
    const std::string log = server.log();
    std::size_t number = 0;
    for (std::size_t at = 0; (at = log.find("computeMetadata", at)) != std::string::npos; ++at)
      ++number;
    return number;
  };
  CHECK(asked() == 1);
  clock.ahead = std::chrono::minutes{57};
  CHECK(store->version().has_value());
  CHECK(asked() == 1);
  clock.ahead = std::chrono::minutes{59};
  CHECK(store->version().has_value());
  CHECK(asked() == 2);
  state(R"({"revoke":true})");
  CHECK(store->version().has_value());
  CHECK(asked() == 3);
  server.faults(
      R"([{"path":"secrets","do":"status","code":401,"body":{"error":{"status":"UNAUTHENTICATED"}},"times":9}])");
  CHECK(store->version().error().first().code == Code::store_login);
  CHECK(asked() == 4);
}

TEST_CASE_METHOD(GoogleLogins,
                 "gcp: credentials that cannot be used are told before anything is asked") {
  const auto [text, code] = GENERATE_COPY(table<std::string, Code>({
      {"hello-s3cret", Code::store_credential},
      {R"({"type":"authorized_user","refresh_token":"s3cret"})", Code::store_credential},
      {R"({"type":"service_account","client_email":"a","token_uri":"https://x"})",
       Code::store_credential},
      {R"({"type":"service_account","private_key":"s3cret","client_email":"a"})",
       Code::key_malformed},
      {federation(R"({"executable":{"command":"/bin/s3cret"}})"), Code::store_credential},
      {federation(R"({"environment_id":"aws1"})"), Code::store_credential},
      {federation(R"({"url":"http://example.com/s3cret"})"), Code::store_credential},
      {R"({"type":"external_account","audience":"a","credential_source":{"file":"/x"},"token_url":"http://example.com"})",
       Code::store_credential},
  }));
  secrets["FILE"] = text;
  const auto made = make({{"credentials", "env:FILE"}});
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().first().code == code);
  CHECK_THAT(text_of_error(made.error()), !Catch::Contains("s3cret"));
  CHECK(server.log() == "[]");
}

TEST_CASE_METHOD(GoogleLogins,
                 "gcp: a login that is refused says who was refused, and nothing secret") {
  SECTION("another key") {
    std::string file = key_file();
    state(R"({"public_key":"none"})");
    const auto read = store_with(file)->read();
    CHECK(read.error().first().code == Code::store_login);
    CHECK_THAT(read.error().first().message, Catch::Contains("service account prow@example.iam"));
    CHECK_THAT(read.error().first().hint, Catch::Contains("clock"));
  }
  SECTION("another identity") {
    const std::string file = folder.write("token", "unknown-s3cret");
    const auto read = store_with(federation(fmt::format(R"({{"file":"{}"}})", file)))->read();
    CHECK(read.error().first().code == Code::store_login);
    CHECK_THAT(text_of_error(read.error()), !Catch::Contains("s3cret"));
  }
  SECTION("no service account") {
    server.faults(R"([{"path":"computeMetadata","do":"status","code":404,"body":"none"}])");
    CHECK(store()->read().error().first().code == Code::store_credential);
  }
  SECTION("trouble") {
    server.faults(R"([{"path":"computeMetadata","do":"lost"}])");
    const auto read = store()->read();
    if (!read) CHECK(read.error().kind == ErrorKind::unavailable);
  }
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: each fault has its own message, and its kind") {
  struct Row {
    const char* answer;
    Code of_read;
    Code of_write;
  };
  const auto google = [](int code, const char* status, const char* message = "") {
    return fmt::format(R"("code":{},"body":{{"error":{{"status":"{}","message":"{}"}}}})", code,
                       status, message);
  };
  const auto [answer, of_read, of_add] = GENERATE_COPY(table<std::string, Code, Code>({
      {google(400, "INVALID_ARGUMENT"), Code::store_refused, Code::store_refused},
      {google(403, "PERMISSION_DENIED", "it is disabled. Enable it"), Code::store_refused,
       Code::store_refused},
      {google(403, "PERMISSION_DENIED", "Request is prohibited by VPC Service Controls"),
       Code::store_refused, Code::store_refused},
      {google(403, "PERMISSION_DENIED"), Code::permission_missing, Code::permission_missing},
      {R"("code":404,"body":"<html>")", Code::store_unavailable, Code::store_unavailable},
      {google(409, "ABORTED"), Code::store_unavailable, Code::store_unavailable},
      {google(412, "FAILED_PRECONDITION"), Code::store_unavailable, Code::store_unavailable},
      {google(429, "RESOURCE_EXHAUSTED"), Code::rate_limited, Code::rate_limited},
      {google(500, "INTERNAL"), Code::store_unavailable, Code::answer_lost},
      {google(503, "UNAVAILABLE"), Code::store_unavailable, Code::answer_lost},
      {google(504, "DEADLINE_EXCEEDED"), Code::store_unavailable, Code::answer_lost},
      {R"("code":302,"headers":{"Location":"https://x/"})", Code::store_unavailable,
       Code::store_unavailable},
      {R"("code":200,"body":"<html>")", Code::store_unavailable, Code::answer_lost},
  }));
  CAPTURE(answer);
  const auto store = this->store();
  const auto read = store->read();
  REQUIRE(read.has_value());
  server.faults("[{\"path\":\"secrets\",\"do\":\"status\",\"times\":9," + answer + "}]");
  const auto asked = store->read();
  REQUIRE_FALSE(asked.has_value());
  CHECK(asked.error().first().code == of_read);
  CHECK_FALSE(asked.error().first().hint.empty());
  server.faults("[{\"path\":\"hmac-token:addVersion\",\"do\":\"status\",\"times\":9," + answer +
                "}]");
  const auto written = add_token(*store, *read);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().first().code == of_add);
  CHECK((written.error().kind == ErrorKind::unknown) == (of_add == Code::answer_lost));
  CHECK_THAT(text_of_error(written.error()), !Catch::Contains("fresh"));
  server.faults("[]");
  CHECK(values(*store->read()) == "by-hand");
}

TEST_CASE_METHOD(SecretManagerWorld, "gcp: each missing permission is named") {
  const auto [permission, words] =
      GENERATE(table<std::string, std::string>({{"secretmanager.secrets.get", "read"},
                                                {"secretmanager.versions.access", "read"},
                                                {"secretmanager.versions.add", "write"},
                                                {"secretmanager.secrets.update", "write"},
                                                {"secretmanager.versions.disable", ""},
                                                {"secretmanager.versions.destroy", ""}}));
  const auto store = this->store();
  const auto before = store->read();
  state(fmt::format(R"({{"deny":["{}"]}})", permission));
  const auto read = store->read();
  CHECK(read.has_value() == (words != "read"));
  if (!read) CHECK_THAT(read.error().first().message, Catch::Contains("has no " + permission));
  const auto written = add_token(*store, *before);
  // Of what was read just now it is not asked again.
  CHECK(written.has_value() == (words.empty() || permission == "secretmanager.secrets.get"));
  if (!written)
    CHECK_THAT(written.error().first().message, Catch::Contains("has no " + permission));
}

TEST_CASE_METHOD(SecretManagerWorld,
                 "gcp: settings that do not fit are refused before anything is asked") {
  const auto other = GENERATE(FieldMap{{"project", "a/b"}}, FieldMap{{"project", "Prow"}},
                              FieldMap{{"project", "-a"}}, FieldMap{{"secret", "a/b"}},
                              FieldMap{{"secret", "a.b"}}, FieldMap{{"secret", ""}},
                              FieldMap{{"ledger", "hmac-token"}}, FieldMap{{"ledger", "a b"}},
                              FieldMap{{"location", "eu/x"}});
  const auto made = make(other);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().kind == ErrorKind::config);
}

}  // namespace
}  // namespace hookplan
