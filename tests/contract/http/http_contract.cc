// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/http/http_contract.h"

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "plugins/http/pages.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string text_of(const Error& error) {
  return error.first().message + "\n" + error.first().hint;
}

struct Place {
  ClientOnTrial trial;
  LoopbackServer server = LoopbackServer();

  std::string at(const std::string& path) const {
    return "http://127.0.0.1:" + server.port() + path;
  }
  RequestId start(HttpRequest request) {
    request.lane = trial.lane;
    return trial.client->start(std::make_shared<const HttpRequest>(std::move(request)));
  }
  std::optional<Result<HttpResponse>> take(RequestId id) { return trial.client->take(id); }
  void wait(RequestId id, milliseconds max) { trial.client->wait(id, max); }
  Result<HttpResponse> finish(RequestId id) {
    for (;;) {
      if (auto answer = take(id)) return std::move(*answer);
      wait(id, seconds{5});
    }
  }
  Result<HttpResponse> ask(HttpRequest request) {
    request.lane = trial.lane;
    return trial.client->send(std::move(request));
  }
  HttpResponse get(const std::string& path) { return send(request_for(at(path))); }
  HttpResponse send(HttpRequest request) {
    Result<HttpResponse> response = ask(std::move(request));
    if (!response) FAIL(text_of(response.error()));
    return std::move(*response);
  }
  // What the server counted so far.
  std::int64_t count_of(const std::string& what) {
    const auto counts =
        parse_json(shown(get("/count").body), "counts", "a record", Code::internal_error);
    REQUIRE(counts.has_value());
    const JsonValue* const number = counts->find(what);
    return number == nullptr ? 0 : number->integer;
  }
  JsonValue echo(HttpRequest request) {
    const auto echoed =
        parse_json(shown(send(std::move(request)).body), "echo", "a record", Code::internal_error);
    REQUIRE(echoed.has_value());
    return *echoed;
  }
};

void answers(Place& place) {
  SECTION("an answer is an answer, whatever its status") {
    const HttpResponse good = place.get("/ok");
    CHECK(good.status == 200);
    CHECK(shown(good.body) == "hello");
    CHECK(good.headers.at("content-length") == "5");
    CHECK(place.get("/forbidden").status == 403);
  }
  SECTION("an interim answer does not count") {
    const HttpResponse response = place.get("/interim");
    CHECK(response.status == 200);
    CHECK_FALSE(response.headers.contains("link"));
  }
  SECTION("answers that have no body end at once, and the connection goes on") {
    for (const int status : {204, 304}) {
      const HttpResponse response = place.get("/" + std::to_string(status));
      CHECK(response.status == status);
      CHECK(response.body.empty());
    }
    CHECK(place.send(request_for(place.at("/ok"), "HEAD")).status == 200);
    CHECK(place.count_of("connections") == 1);
  }
  SECTION("values of one name are joined, and a folded line is a part of its value") {
    CHECK(place.get("/twice").headers.at("x-thing") == "one, two");
    const HttpResponse folded = place.get("/folded");
    CHECK(folded.headers.at("x-thing") == "one x-evil: two");
    CHECK(folded.headers.at("x-empty") == "three");
    CHECK(folded.headers.size() == 3);
  }
  SECTION("a redirect is not followed") {
    for (const char* const method : {"GET", "POST", "DELETE"}) {
      const HttpResponse response = place.send(request_for(place.at("/redirect"), method));
      CHECK(response.status == 302);
      CHECK(response.headers.at("location") == "/target");
    }
    CHECK(place.count_of("/target") == 0);
  }
  SECTION("an answer as large as allowed is whole") {
    CHECK(place.get("/full").body.size() == std::size_t{1} << 20);
    HttpRequest request = request_for(place.at("/large"));
    request.max_answer_bytes = std::size_t{2} << 20;
    CHECK(place.send(std::move(request)).body.size() == std::size_t{2} << 20);
  }
  SECTION("pages are read until there is no next") {
    PageReader reader(
        *place.trial.client, [](Secret url) { return request_for(shown(url)); },
        Secret::copy_of(place.at("/page?n=1")));
    const auto pages = reader.read();
    REQUIRE(pages.has_value());
    REQUIRE(pages->size() == 3);
    CHECK(shown(pages->back().body) == "3");
  }
}

void requests(Place& place) {
  SECTION("what is sent is what was asked for, and nothing is added") {
    const std::string method = GENERATE(as<std::string>(), "POST", "PUT", "PATCH", "DELETE");
    HttpRequest request = request_for(place.at("/echo/../a?b=%2F"), method, "body");
    request.headers = {{"x-one", "1"}, {"x-empty", ""}};
    request.credential.value = Secret::copy_of("s3cret");
    const JsonValue echoed = place.echo(std::move(request));
    CHECK(echoed.find("method")->string == method);
    CHECK(echoed.find("path")->string == "/echo/../a?b=%2F");
    CHECK(echoed.find("body")->string == "body");
    const JsonValue& headers = *echoed.find("headers");
    CHECK(headers.find("authorization")->string == "Bearer s3cret");
    CHECK(headers.find("x-one")->string == "1");
    CHECK(headers.find("x-empty")->string.empty());
    CHECK(headers.find("content-length")->string == "4");
    for (const char* const added : {"expect", "content-type", "cookie"}) {
      CHECK(headers.find(added) == nullptr);
    }
  }
  SECTION("a credential comes in any header, with a scheme or without") {
    HttpRequest request = request_for(place.at("/echo"));
    request.credential = {"private-token", "", Secret::copy_of("s3cret")};
    CHECK(place.echo(std::move(request)).find("headers")->find("private-token")->string ==
          "s3cret");
    request = request_for(place.at("/echo"));
    request.credential = {"authorization", "OAuth", Secret::copy_of(R"(realm="x", token="y z")")};
    CHECK(place.echo(std::move(request)).find("headers")->find("authorization")->string ==
          R"(OAuth realm="x", token="y z")");
  }
  SECTION("a large body is sent without asking for leave") {
    const std::string body(std::size_t{3} << 20, 'x');
    CHECK(place.send(request_for(place.at("/ok"), "POST", body)).status == 200);
  }
  SECTION("nothing of one request is left for the next") {
    HttpRequest first = request_for(place.at("/ok"), "POST", "body");
    first.credential.value = Secret::copy_of("s3cret");
    place.send(std::move(first));
    const JsonValue echoed = place.echo(request_for(place.at("/echo")));
    CHECK(echoed.find("method")->string == "GET");
    CHECK(echoed.find("body")->string.empty());
    CHECK(echoed.find("headers")->find("authorization") == nullptr);
    const JsonValue empty = place.echo(request_for(place.at("/echo"), "POST"));
    CHECK(empty.find("method")->string == "POST");
    CHECK(empty.find("headers")->find("content-length")->string == "0");
  }
  SECTION("line breaks do not become headers") {
    HttpRequest header = request_for(place.at("/ok"));
    header.headers = {{"x-one", "1\r\nx-two: s3cret"}};
    HttpRequest name = request_for(place.at("/ok"));
    name.headers = {{"x-one\r\nx-two", "s3cret"}};
    HttpRequest value = request_for(place.at("/ok"));
    value.credential.value = Secret::copy_of("s3cret\n");
    HttpRequest scheme = request_for(place.at("/ok"));
    scheme.credential = {"authorization", "x\r\ny:", Secret::copy_of("s3cret")};
    for (HttpRequest* const request : {&header, &name, &value, &scheme}) {
      const auto response = place.ask(std::move(*request));
      REQUIRE_FALSE(response.has_value());
      CHECK(response.error().kind == ErrorKind::unavailable);
      CHECK(text_of(response.error()).find("s3cret") == std::string::npos);
    }
    CHECK(place.count_of("/ok") == 0);
  }
}

// What is told of a request that failed is its host.
void check_error(const Place& place, const Error& error, ErrorKind kind) {
  CHECK(error.kind == kind);
  CHECK(error.first().code ==
        (kind == ErrorKind::unknown ? Code::answer_lost : Code::service_unreachable));
  const std::string text = text_of(error);
  CAPTURE(text);
  CHECK(text.find("127.0.0.1:" + place.server.port()) != std::string::npos);
  for (const std::string_view hidden : {"qu3ry", "b0dy", "h3ader", "s3cret", "ten bytes"}) {
    CHECK(text.find(hidden) == std::string::npos);
  }
}

HttpRequest telling_request(const Place& place, const std::string& path) {
  HttpRequest request = request_for(place.at(path + "?q=qu3ry"), "POST", "b0dy");
  request.headers = {{"x-one", "h3ader"}};
  request.credential.value = Secret::copy_of("s3cret");
  if (path == "/slow" || path == "/stalls") request.timeout = milliseconds{300};
  return request;
}

constexpr auto kBroken = {"/silent", "/cut",   "/cut-chunk",    "/cut-headers",  "/slow",
                          "/stalls", "/large", "/large-chunks", "/many-headers", "/not-http"};

void failures(Place& place) {
  SECTION("an answer that does not come whole means that nobody knows") {
    const std::string path =
        GENERATE(from_range(std::vector<std::string>(kBroken.begin(), kBroken.end())));
    CAPTURE(path);
    const auto response = place.ask(telling_request(place, path));
    REQUIRE_FALSE(response.has_value());
    check_error(place, response.error(), ErrorKind::unknown);
    CHECK(place.count_of(path + "?q=qu3ry") == 1);
    CHECK(place.get("/ok").status == 200);  // and life goes on
  }
  SECTION("what may have an effect is not sent again over a new connection") {
    place.send(request_for(place.at("/second-silent"), "POST", "x"));
    const auto second = place.ask(request_for(place.at("/second-silent"), "POST", "x"));
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().kind == ErrorKind::unknown);
    CHECK(place.count_of("/second-silent") == 2);
  }
  SECTION("a question is asked again when a kept connection dies") {
    place.get("/second-silent");
    place.get("/second-silent");
    CHECK(place.count_of("/second-silent") == 3);
  }
}

void several(Place& place) {
  SECTION("many are under way together") {
    std::vector<RequestId> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(place.start(request_for(place.at("/meet"))));
    CHECK(std::set<RequestId>(ids.begin(), ids.end()).size() == 20);
    // The server answers none of them before all have come.
    for (const RequestId id : ids) {
      const auto response = place.finish(id);
      REQUIRE(response.has_value());
      CHECK(response->status == 200);
      CHECK_FALSE(place.take(id).has_value());
    }
  }
  SECTION("a slow peer does not keep the others, and each answer is that of its request") {
    HttpRequest slow = request_for(place.at("/slow"));
    slow.timeout = milliseconds{1500};
    const RequestId slow_id = place.start(std::move(slow));
    for (const std::string word : {"one", "two"}) {
      CHECK(place.echo(request_for(place.at("/echo"), "PUT", word)).find("body")->string == word);
    }
    CHECK_FALSE(place.take(slow_id).has_value());
    const auto response = place.finish(slow_id);
    REQUIRE_FALSE(response.has_value());
    check_error(place, response.error(), ErrorKind::unknown);
  }
  SECTION("among many, each failure is told as if it were alone") {
    std::vector<std::pair<std::string, RequestId>> started;
    for (const std::string path : kBroken) {
      started.emplace_back(path, place.start(telling_request(place, path)));
      started.emplace_back("", place.start(request_for(place.at("/ok"))));
    }
    for (const auto& [path, id] : started) {
      CAPTURE(path);
      const auto response = place.finish(id);
      CHECK(response.has_value() == path.empty());
      if (!response) check_error(place, response.error(), ErrorKind::unknown);
    }
    for (const std::string path : kBroken) CHECK(place.count_of(path + "?q=qu3ry") == 1);
  }
  SECTION("waiting for any ends with the first answer, and waits no longer than it may") {
    place.wait(RequestId::any, milliseconds{1});  // for nothing
    const RequestId slow = place.start(request_for(place.at("/slow")));
    place.wait(slow, milliseconds{1});
    CHECK_FALSE(place.take(slow).has_value());
    const RequestId quick = place.start(request_for(place.at("/ok")));
    std::optional<Result<HttpResponse>> answer;
    for (int i = 0; i < 1000 && !answer; ++i) {
      place.wait(RequestId::any, seconds{1});
      answer = place.take(quick);
    }
    REQUIRE(answer.has_value());
    CHECK(answer->has_value());
    CHECK_FALSE(place.take(slow).has_value());
  }
  SECTION("what is under way is given up with the client") {
    place.start(request_for(place.at("/slow")));
    place.get("/ok");
    place.trial.client.reset();
  }
}

}  // namespace

void http_contract(const MakeClient& make) {
  Place place{make()};
  answers(place);
  requests(place);
  failures(place);
  several(place);
  SECTION("connections are kept unless a new one is asked for") {
    place.get("/ok");
    place.send(request_for(place.at("/ok"), "POST", "x"));
    CHECK(place.count_of("connections") == 1);
    for (int i = 0; i < 2; ++i) {
      HttpRequest fresh = request_for(place.at("/ok"));
      fresh.new_connection = true;
      place.send(std::move(fresh));
    }
    CHECK(place.count_of("connections") == 3);
  }
  SECTION("a refused connection means that nothing was sent") {
    std::string closed;
    {
      const LoopbackServer gone;
      closed = "127.0.0.1:" + gone.port();
    }
    const auto response =
        place.ask(request_for("http://" + closed + "/p4th?q=qu3ry", "POST", "b0dy"));
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK(response.error().first().message ==
          fmt::format("cannot send a request to {}: Connection refused", closed));
  }
}

}  // namespace hookplan
