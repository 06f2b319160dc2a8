// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/curl_client.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {
namespace {

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

struct CurlFixture {
  CurlClient client{{.user_agent = "hookplan/test"}};
  LoopbackServer server = LoopbackServer();

  std::string at(const std::string& path) const {
    return "http://127.0.0.1:" + server.port() + path;
  }
};

std::string text_of(const Error& error) {
  return error.first().message + "\n" + error.first().hint;
}

TEST_CASE_METHOD(CurlFixture, "a request says which program sends it") {
  const auto response = client.send(request_for(at("/echo")));
  const auto echoed = parse_json(shown(response->body), "echo", "a record", Code::internal_error);
  CHECK(echoed->find("headers")->find("user-agent")->string == "hookplan/test");
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
  const auto response = client.send(request_for(url));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(response.error().first().code == Code::service_unreachable);
  CAPTURE(text_of(response.error()));
  CHECK(text_of(response.error()).find("s3") == std::string::npos);
  CHECK(text_of(response.error()).find("us3r") == std::string::npos);
}

TEST_CASE("plain http to other machines is refused with the reason") {
  CurlClient client{{.user_agent = "hookplan/test"}};
  const auto response = client.send(request_for("http://example.com/"));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().first().message ==
        "cannot send a request to example.com: the URL does not begin with https://");
}

TEST_CASE_METHOD(CurlFixture, "a proxy is used for other machines and never for this one") {
  std::string closed_port;
  {
    const LoopbackServer gone;
    closed_port = gone.port();
  }
  const std::string nowhere = "http://127.0.0.1:" + closed_port;
  const Variable https("https_proxy", nowhere);
  const Variable http("http_proxy", nowhere);
  const Variable all("ALL_PROXY", nowhere);
  CHECK(client.send(request_for(at("/ok"))).has_value());
  CHECK(client.send(request_for("http://localhost:" + server.port() + "/ok")).has_value());
  const auto response = client.send(request_for("https://example.com/"));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().first().message ==
        "cannot send a request to example.com: Connection refused");
}

TEST_CASE_METHOD(CurlFixture, "proxies come from variables in capital and in small letters") {
  // A name of this machine that is not taken for it, so that proxies count; nobody listens there.
  const auto is_proxied = [&] {
    HttpRequest request = request_for("https://service.localhost:1/");
    request.credential.value = Secret::copy_of("s3cret");
    const auto response = client.send(std::move(request));
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::unavailable);
    const std::string text = text_of(response.error());
    CAPTURE(text);
    const bool is_by_proxy = text.find("the proxy answered 405") != std::string::npos;
    CHECK(is_by_proxy != (text.find("Connection refused") != std::string::npos));
    return is_by_proxy;
  };
  const std::string name =
      GENERATE(as<std::string>(), "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy");
  CHECK_FALSE(is_proxied());
  const Variable proxy(name.c_str(), at(""));
  CHECK(is_proxied());
  const Variable none(GENERATE("NO_PROXY", "no_proxy"), "service.localhost");
  CHECK_FALSE(is_proxied());
}

TEST_CASE_METHOD(CurlFixture, "a request may name its own proxy, also for this machine") {
  const std::string host = GENERATE("service.localhost", "127.0.0.1");
  HttpRequest request = request_for("https://" + host + ":1/");
  request.credential.value = Secret::copy_of("s3cret");
  request.proxy = Secret::copy_of(at(""));
  const Variable none("NO_PROXY", "*");
  const auto response = client.send(std::move(request));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK_THAT(text_of(response.error()), Catch::Contains("the proxy answered 405"));
}

TEST_CASE("authorities come from the environment, but not where a request names its own") {
  const Certificates files;
  const LoopbackServer server({files.path("server.pem"), files.path("server.key")});
  CurlClient client{{.user_agent = "hookplan/test"}};
  const bool is_file = GENERATE(true, false);
  const Variable trusted(is_file ? "SSL_CERT_FILE" : "SSL_CERT_DIR",
                         files.path(is_file ? "ca.pem" : "folder"));
  HttpRequest request = request_for("https://127.0.0.1:" + server.port() + "/ok");
  CHECK(client.send(std::move(request)).has_value());
  request = request_for("https://127.0.0.1:" + server.port() + "/ok");
  request.tls = std::make_shared<const Tls>(Tls{.authorities = files.text("stranger.pem")});
  CHECK_FALSE(client.send(std::move(request)).has_value());
}

TEST_CASE_METHOD(CurlFixture, "a .netrc is not read") {
  const Certificates folder;
  std::ofstream(folder.path(".netrc")) << "machine 127.0.0.1 login us3r password s3cret\n";
  const std::string home = std::getenv("HOME") == nullptr ? "/" : std::getenv("HOME");
  ::setenv("HOME", folder.path("").c_str(), 1);
  const auto response = client.send(request_for(at("/echo")));
  ::setenv("HOME", home.c_str(), 1);
  REQUIRE(response.has_value());
  CHECK(shown(response->body).find("authorization") == std::string::npos);
}

// Started by the test after it, because libcurl looks for the variable once in a process.
TEST_CASE("asks a server with TLS", "[.child]") {
  CurlClient client{{.user_agent = "hookplan/test"}};
  CHECK(client.send(request_for(std::getenv("HOOKPLAN_TEST_URL"))).has_value());
}

TEST_CASE("the keys of connections are not written down, whatever SSLKEYLOGFILE says") {
  const Certificates files;
  const LoopbackServer server({files.path("server.pem"), files.path("server.key")});
  const Variable url("HOOKPLAN_TEST_URL", "https://127.0.0.1:" + server.port() + "/ok");
  const Variable trusted("SSL_CERT_FILE", files.path("ca.pem"));
  const Variable keys("SSLKEYLOGFILE", files.path("keys"));
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  CHECK(std::system((program + " 'asks a server with TLS' >/dev/null").c_str()) == 0);
  CHECK_FALSE(std::filesystem::exists(files.path("keys")));
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
