// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/pages.h"

#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/http/answering_client.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {
namespace {

// Servers with pages; a page that there is not is 404.
class Web final : public AnsweringClient {
 public:
  struct Page {
    std::string link = {};
    std::string body = {};
    int status = 200;
  };
  std::map<std::string, Page> pages = {};
  std::multiset<std::string> asked = {};

  Result<HttpResponse> respond(const HttpRequest& request) override {
    const std::string url = shown(request.url);
    asked.insert(url);
    const auto found = pages.find(url);
    if (found == pages.end()) return HttpResponse{404, {}, {}};
    HttpHeaders headers;
    if (!found->second.link.empty()) headers["link"] = found->second.link;
    return HttpResponse{found->second.status, headers, Secret::copy_of(found->second.body)};
  }
};

const std::string kFirst = "https://api.example.com/hooks?page=1";

Result<std::vector<HttpResponse>> read(Web& web, NextPage next = next_by_link,
                                       std::size_t max = 100) {
  const auto with_credential = [](Secret url) {
    HttpRequest request;
    request.url = std::move(url);
    request.credential.value = Secret::copy_of("s3cret");
    return request;
  };
  return PageReader(web, with_credential, Secret::copy_of(kFirst), std::move(next), max).read();
}

TEST_CASE("pages follow the link that says next, however it is written") {
  const std::string second = "https://api.example.com/repositories/7/hooks?page=2,a;b";
  const std::string link = GENERATE_COPY(
      "<" + second + ">; rel=\"next\"", "<" + second + ">; rel=next; title=\"a, <b>; rel=prev\"",
      "<https://api.example.com/x>; rel=\"last\", <" + second + ">;REL=\"prefetch NEXT\"",
      "<https://api.example.com/x>; title=\"rel=next\" , <" + second + ">; rel = \"next\"",
      std::string("</repositories/7/hooks?page=2,a;b>; rel=\"next\""));
  CAPTURE(link);
  Web web;
  web.pages = {{kFirst, {link}}, {second, {}}};
  const auto pages = read(web);
  REQUIRE(pages.has_value());
  CHECK(pages->size() == 2);
  CHECK(web.asked == std::multiset<std::string>{kFirst, second});
}

TEST_CASE("other links are not followed, and broken ones neither") {
  const std::string link = GENERATE(as<std::string>(), "", "<https://api.example.com/2>",
                                    "<https://api.example.com/2>; rel=\"nextish\"",
                                    "<https://api.example.com/2>; title=\"rel=next\"",
                                    "<https://api.example.com/2; rel=\"next\"", "rel=\"next\"");
  Web web;
  web.pages = {{kFirst, {link}}};
  CHECK(read(web)->size() == 1);
  CHECK(web.asked.size() == 1);
}

TEST_CASE("a credential goes to no other server, whatever an answer says") {
  const std::string url = GENERATE(
      as<std::string>(), "https://evil.example/2", "//evil.example/2", "http://api.example.com/2",
      "https://api.example.com:8443/2", "https://api.example.com.evil.example/2",
      "https://api.example.com@evil.example/2", "https://evil.example\\@api.example.com/2",
      "https://sub.api.example.com/2", "file:///etc/passwd", "http://127.0.0.1/2");
  CAPTURE(url);
  Web web;
  web.pages = {{kFirst, {"<" + url + ">; rel=\"next\""}}, {url, {}}};
  const auto pages = read(web);
  REQUIRE_FALSE(pages.has_value());
  CHECK(pages.error().kind == ErrorKind::unavailable);
  CHECK(pages.error().first().message.find("evil") == std::string::npos);
  CHECK(web.asked.size() == 1);
}

TEST_CASE("the same server may be written in other ways") {
  const std::string url =
      GENERATE(as<std::string>(), "https://API.example.com/2", "https://api.example.com:443/2");
  Web web;
  web.pages = {{kFirst, {"<" + url + ">; rel=\"next\""}}};
  CHECK(read(web).has_value());
  CHECK(web.asked.size() == 2);
}

TEST_CASE("a list without an end is given up, not cut") {
  Web web;
  web.pages = {{kFirst, {"<" + kFirst + ">; rel=\"next\""}}};
  const auto pages = read(web, next_by_link, 5);
  REQUIRE_FALSE(pages.has_value());
  CHECK(pages.error().first().message ==
        "cannot send a request to api.example.com: its list has more than 5 pages");
  CHECK(web.asked.size() == 5);
}

TEST_CASE("an answer that is no page ends the list and is its last") {
  Web web;
  web.pages = {{kFirst, {"</2>; rel=\"next\""}},
               {"https://api.example.com/2", {"</3>; rel=\"next\"", "", 502}}};
  const auto pages = read(web);
  REQUIRE(pages.has_value());
  CHECK(pages->back().status == 502);
  CHECK(web.asked.size() == 2);
}

TEST_CASE("a token in the body can lead to the next page") {
  Web web;
  web.pages = {{kFirst, {"", "a/b"}}, {"https://api.example.com/hooks?continue=a%2Fb", {}}};
  const auto pages = read(web, [](const HttpResponse& page) -> Result<std::optional<std::string>> {
    if (page.body.empty()) return std::optional<std::string>();
    return std::optional<std::string>("?continue=a%2Fb");
  });
  REQUIRE(pages.has_value());
  CHECK(pages->size() == 2);
}

}  // namespace
}  // namespace hookplan
