// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_client.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {
namespace {

using std::chrono::milliseconds;

// Variables that other tests of this process must not see.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

std::string shown(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = Secret::copy_of(url);
  request.timeout = milliseconds{5000};
  return request;
}

HttpRequest post(const std::string& url, std::string_view body) {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = Secret::copy_of(body);
  return request;
}

struct Fixture {
  LoopbackServer server;
  CurlClient client{{.user_agent = "hookplan/test"}};

  std::string at(const std::string& path) const {
    return "http://127.0.0.1:" + server.port() + path;
  }
  // What the server counted so far.
  std::int64_t count_of(const std::string& what) {
    const auto response = client.send(get(at("/count")));
    REQUIRE(response.has_value());
    const auto counts = parse_json(shown(response->body), "counts");
    REQUIRE(counts.has_value());
    const JsonValue* const number = counts->find(what);
    return number == nullptr ? 0 : number->integer;
  }
};

std::string text_of(const Error& error) {
  return error.first().message + "\n" + error.first().hint;
}

TEST_CASE_METHOD(Fixture, "an answer is an answer, whatever its status") {
  const auto good = client.send(get(at("/ok")));
  REQUIRE(good.has_value());
  CHECK(good->status == 200);
  CHECK(shown(good->body) == "hello");
  CHECK(good->headers.at("content-length") == "5");
  const auto bad = client.send(get(at("/forbidden")));
  REQUIRE(bad.has_value());
  CHECK(bad->status == 403);
  const auto interim = client.send(get(at("/interim")));
  REQUIRE(interim.has_value());
  CHECK(interim->status == 200);
  CHECK_FALSE(interim->headers.contains("link"));
  CHECK(client.send(get(at("/twice")))->headers.at("x-thing") == "one, two");
}

TEST_CASE_METHOD(Fixture, "a redirect is not followed") {
  for (const char* const method : {"GET", "POST", "DELETE"}) {
    HttpRequest request = get(at("/redirect"));
    request.method = method;
    const auto response = client.send(request);
    REQUIRE(response.has_value());
    CHECK(response->status == 302);
    CHECK(response->headers.at("location") == "/target");
  }
  CHECK(count_of("/target") == 0);
}

TEST_CASE_METHOD(Fixture, "what is sent is what was asked for, and nothing is added") {
  HttpRequest request = post(at("/echo/../a?b=%2F"), "body");
  request.method = GENERATE("POST", "PUT", "PATCH", "DELETE");
  request.headers = {{"x-one", "1"}, {"x-empty", ""}};
  request.bearer = Secret::copy_of("s3cret");
  const auto response = client.send(request);
  REQUIRE(response.has_value());
  const auto echoed = parse_json(shown(response->body), "echo");
  REQUIRE(echoed.has_value());
  CHECK(echoed->find("method")->string == request.method);
  CHECK(echoed->find("path")->string == "/echo/../a?b=%2F");
  CHECK(echoed->find("body")->string == "body");
  const JsonValue& headers = *echoed->find("headers");
  CHECK(headers.find("authorization")->string == "Bearer s3cret");
  CHECK(headers.find("x-one")->string == "1");
  CHECK(headers.find("x-empty")->string.empty());
  CHECK(headers.find("user-agent")->string == "hookplan/test");
  CHECK(headers.find("content-length")->string == "4");
  CHECK(headers.find("expect") == nullptr);
  CHECK(headers.find("content-type") == nullptr);
  CHECK(headers.find("cookie") == nullptr);
}

TEST_CASE_METHOD(Fixture, "a large body is sent without asking for leave") {
  const auto response = client.send(post(at("/ok"), std::string(std::size_t{3} << 20, 'x')));
  REQUIRE(response.has_value());
  CHECK(response->status == 200);
}

TEST_CASE_METHOD(Fixture, "nothing of one request is left for the next") {
  HttpRequest first = post(at("/ok"), "body");
  first.bearer = Secret::copy_of("s3cret");
  REQUIRE(client.send(first).has_value());
  const auto echoed = parse_json(shown(client.send(get(at("/echo")))->body), "echo");
  CHECK(echoed->find("method")->string == "GET");
  CHECK(echoed->find("body")->string.empty());
  CHECK(echoed->find("headers")->find("authorization") == nullptr);
  HttpRequest empty = post(at("/echo"), "");
  const auto empty_echo = parse_json(shown(client.send(empty)->body), "echo");
  CHECK(empty_echo->find("method")->string == "POST");
  CHECK(empty_echo->find("headers")->find("content-length")->string == "0");
  HttpRequest head = get(at("/ok"));
  head.method = "HEAD";
  CHECK(client.send(head)->status == 200);
}

TEST_CASE_METHOD(Fixture, "connections are kept unless a new one is asked for") {
  REQUIRE(client.send(get(at("/ok"))).has_value());
  REQUIRE(client.send(post(at("/ok"), "x")).has_value());
  CHECK(count_of("connections") == 1);
  HttpRequest fresh = get(at("/ok"));
  fresh.new_connection = true;
  REQUIRE(client.send(fresh).has_value());
  REQUIRE(client.send(fresh).has_value());
  CHECK(count_of("connections") == 3);
}

TEST_CASE_METHOD(Fixture, "a refused connection means that nothing was sent") {
  std::string closed_port;
  {
    const LoopbackServer gone;
    closed_port = gone.port();
  }
  const auto response =
      client.send(post("http://127.0.0.1:" + closed_port + "/p4th?q=qu3ry", "b0dy"));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(response.error().first().code == Code::receiver_unreachable);
  CHECK(response.error().first().message ==
        fmt::format("cannot send a request to 127.0.0.1:{}: Connection refused", closed_port));
}

TEST_CASE_METHOD(Fixture, "an answer that does not come whole means that nobody knows") {
  const std::string path =
      GENERATE(as<std::string>(), "/silent", "/cut", "/cut-chunk", "/cut-headers", "/slow",
               "/stalls", "/large", "/large-chunks", "/many-headers", "/not-http");
  CAPTURE(path);
  HttpRequest request = post(at(path + "?q=qu3ry"), "b0dy");
  request.headers = {{"x-one", "h3ader"}};
  request.bearer = Secret::copy_of("s3cret");
  request.timeout = milliseconds{path == "/slow" || path == "/stalls" ? 300 : 5000};
  const auto response = client.send(request);
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unknown);
  CHECK(response.error().first().code == Code::answer_lost);
  const std::string text = text_of(response.error());
  CAPTURE(text);
  CHECK(text.find("127.0.0.1:" + server.port()) != std::string::npos);
  for (const std::string_view hidden : {"qu3ry", "b0dy", "h3ader", "s3cret", "ten bytes"}) {
    CHECK(text.find(hidden) == std::string::npos);
  }
  CHECK(count_of(path + "?q=qu3ry") == 1);
  CHECK(client.send(get(at("/ok")))->status == 200);  // and life goes on
}

TEST_CASE_METHOD(Fixture, "an answer as large as allowed is whole") {
  const auto response = client.send(get(at("/full")));
  REQUIRE(response.has_value());
  CHECK(response->body.size() == std::size_t{1} << 20);
}

TEST_CASE_METHOD(Fixture, "what may have an effect is not sent again over a new connection") {
  REQUIRE(client.send(post(at("/second-silent"), "x")).has_value());
  const auto second = client.send(post(at("/second-silent"), "x"));
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == ErrorKind::unknown);
  CHECK(count_of("/second-silent") == 2);
}

TEST_CASE_METHOD(Fixture, "a question is asked again when a kept connection dies") {
  REQUIRE(client.send(get(at("/second-silent"))).has_value());
  CHECK(client.send(get(at("/second-silent"))).has_value());
  CHECK(count_of("/second-silent") == 3);
}

TEST_CASE("URLs that could leak or mislead are refused before anything is sent") {
  CurlClient client{{.user_agent = "hookplan/test"}};
  const std::string url = GENERATE(
      as<std::string>(), "http://example.com/", "http://127.0.0.1.example.com/",
      "http://localhost.example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd",
      "https://us3r:s3cret@127.0.0.1/", "http://us3r@127.0.0.1/", "https://us3r:s3/cret@127.0.0.1/",
      "127.0.0.1/s3cret", "", "https://", "http://127.0.0.1/\r\nX: s3cret", "https:///s3cret",
      "http://127.0.0.1:99999999/s3cret", "http://[::2]/", "gopher://127.0.0.1/s3cret");
  CAPTURE(url);
  const auto response = client.send(get(url));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(response.error().first().code == Code::receiver_unreachable);
  CAPTURE(text_of(response.error()));
  CHECK(text_of(response.error()).find("s3") == std::string::npos);
  CHECK(text_of(response.error()).find("us3r") == std::string::npos);
}

TEST_CASE("plain http to other machines is refused with the reason") {
  CurlClient client{{.user_agent = "hookplan/test"}};
  const auto response = client.send(get("http://example.com/"));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().first().message ==
        "cannot send a request to example.com: the URL does not begin with https://");
}

TEST_CASE_METHOD(Fixture, "line breaks do not become headers") {
  HttpRequest header = get(at("/ok"));
  header.headers = {{"x-one", "1\r\nx-two: s3cret"}};
  HttpRequest name = get(at("/ok"));
  name.headers = {{"x-one\r\nx-two", "s3cret"}};
  HttpRequest bearer = get(at("/ok"));
  bearer.bearer = Secret::copy_of("s3cret\n");
  for (const HttpRequest* const request : {&header, &name, &bearer}) {
    const auto response = client.send(*request);
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK(text_of(response.error()).find("s3cret") == std::string::npos);
  }
  CHECK(count_of("/ok") == 0);
}

TEST_CASE_METHOD(Fixture, "a proxy is used for other machines and never for this one") {
  std::string closed_port;
  {
    const LoopbackServer gone;
    closed_port = gone.port();
  }
  const std::string nowhere = "http://127.0.0.1:" + closed_port;
  const Variable https("https_proxy", nowhere);
  const Variable http("http_proxy", nowhere);
  const Variable all("ALL_PROXY", nowhere);
  CHECK(client.send(get(at("/ok"))).has_value());
  CHECK(client.send(get("http://localhost:" + server.port() + "/ok")).has_value());
  const auto response = client.send(get("https://example.com/"));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().first().message ==
        "cannot send a request to example.com: Connection refused");
  // A proxy that answers, but not as a proxy does.
  const Variable wrong("https_proxy", at(""));
  const auto refused = client.send(post("https://example.com/", "x"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a certificate that is not trusted ends it before anything is sent") {
  std::string folder = std::filesystem::temp_directory_path() / "hookplan-tls-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string certificate = folder + "/certificate.pem";
  const std::string key = folder + "/key.pem";
  const std::string command = fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=IP:127.0.0.1 -keyout {} -out {} 2>/dev/null",
      key, certificate);
  REQUIRE(std::system(command.c_str()) == 0);
  const LoopbackServer server(certificate, key);
  const std::string url = "https://127.0.0.1:" + server.port() + "/ok";
  {
    CurlClient client{{.user_agent = "hookplan/test"}};
    const auto response = client.send(post(url, "s3cret"));
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK(response.error().first().message.find("certificate") != std::string::npos);
  }
  {
    const Variable trusted("SSL_CERT_FILE", certificate);
    CurlClient client{{.user_agent = "hookplan/test"}};
    const auto response = client.send(get(url));
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
    // The certificate is for the address, not for the name.
    const auto other = client.send(get("https://localhost:" + server.port() + "/ok"));
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().kind == ErrorKind::unavailable);
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("people are told the host of a URL and nothing else of it") {
  for (const auto& [url, host] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://example.com/a?b#c", "example.com"},
           {"https://example.com:8443", "example.com:8443"},
           {"https://us3r:s3cret@example.com/x", "example.com"},
           {"https://us3r:s3/cret@example.com/x", "the URL"},
           {"https://us3r:s3?cret@example.com/x", "the URL"},
           {"https://[::1]:80/x", "[::1]:80"},
           {"https://[::1]/x", "[::1]"},
           {"https://ex\nample.com/x", "the URL"},
           {"s3cret", "the URL"},
           {"", "the URL"}}) {
    CAPTURE(url);
    CHECK(host_of(Secret::copy_of(url)) == host);
  }
}

}  // namespace
}  // namespace hookplan
