// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "tests/contract/http/http_contract.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {

void https_contract(const MakeClient& make) {
  const Certificates files;
  const ClientOnTrial trial = make();
  const auto ask = [&](const LoopbackServer& server, Tls tls) {
    HttpRequest request = request_for("https://127.0.0.1:" + server.port() + "/ok", "POST", "x");
    request.tls = std::make_shared<const Tls>(std::move(tls));
    request.lane = trial.lane;
    return trial.client->send(std::move(request));
  };
  const auto check_refused = [](const Result<HttpResponse>& response, const std::string& why) {
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK_THAT(response.error().first().message, Catch::EndsWith(": " + why));
  };
  const std::string authority = files.text("ca.pem");
  const auto server_with = [&](const std::string& name) {
    return LoopbackServer({files.path(name + ".pem"), files.path(name + ".key")});
  };

  SECTION("only certificates of the authority that was named are good") {
    const LoopbackServer server = server_with("server");
    const auto response = ask(server, {.authorities = authority});
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
    check_refused(ask(server, {}), "its certificate is not trusted");
    check_refused(ask(server, {.authorities = files.text("stranger.pem")}),
                  "its certificate is not trusted");
  }
  SECTION("a certificate that has expired is refused") {
    check_refused(ask(server_with("expired"), {.authorities = authority}),
                  "its certificate has expired");
  }
  SECTION("a certificate for another name is refused unless that name was asked for") {
    const LoopbackServer server = server_with("elsewhere");
    check_refused(ask(server, {.authorities = authority}), "its certificate is for another name");
    check_refused(ask(server, {.authorities = authority, .server_name = "other.example"}),
                  "its certificate is for another name");
    HttpRequest request = request_for("https://127.0.0.1:" + server.port() + "/echo");
    request.tls =
        std::make_shared<const Tls>(Tls{.authorities = authority, .server_name = "kube.example"});
    const auto response = trial.client->send(std::move(request));
    REQUIRE(response.has_value());
    const auto echoed = parse_json(shown(response->body), "echo", "a record", Code::internal_error);
    CHECK(echoed->find("headers")->find("host")->string == "127.0.0.1:" + server.port());
  }
  SECTION("a certificate is not looked at if the request says so") {
    const LoopbackServer server = server_with("elsewhere");
    const auto response = ask(server, {.skip_verification = true});
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
    check_refused(ask(server, {}), "its certificate is not trusted");
  }
  SECTION("a client shows its certificate, and nothing else will do") {
    const LoopbackServer server(
        {files.path("server.pem"), files.path("server.key"), files.path("ca.pem"), "TLSv1_2"});
    const auto with_key = [&](const std::string& key, const std::string& certificate) {
      return Tls{.authorities = authority,
                 .client_certificate = Secret::copy_of(certificate),
                 .client_key = Secret::copy_of(key)};
    };
    const std::string certificate = files.text("client.pem");
    const auto without = ask(server, {.authorities = authority});
    REQUIRE_FALSE(without.has_value());
    CHECK(without.error().kind == ErrorKind::unavailable);
    const std::string unusable = "the client certificate or its key cannot be used";
    check_refused(ask(server, with_key(files.text("server.key"), certificate)), unusable);
    check_refused(ask(server, with_key(files.text("locked.key"), certificate)), unusable);
    check_refused(ask(server, with_key("k3y", "c3rtificate")), unusable);
    // The last, because libcurl keeps its connection for whoever shows the same certificate.
    const auto response = ask(server, with_key(files.text("client.key"), certificate));
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
  }
  SECTION("a version of TLS that is too old is refused") {
    const LoopbackServer server(
        {files.path("server.pem"), files.path("server.key"), "", "TLSv1_2"});
    const auto old = ask(server, {.authorities = authority, .min_version = TlsVersion::v1_3});
    REQUIRE_FALSE(old.has_value());
    CHECK(old.error().kind == ErrorKind::unavailable);
    CHECK(ask(server, {.authorities = authority}).has_value());
  }
}

}  // namespace hookplan
