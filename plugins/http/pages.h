// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plugins/http/http_client.h"

namespace hookplan {

// Where the page after this one is, as a URL or relative to its own ("?continue=..." made of a
// token in the body, say); nothing if this is the last.
using NextPage = std::function<Result<std::optional<std::string>>(const HttpResponse& page)>;

// By `Link: <...>; rel="next"` (RFC 8288), as GitHub, GitLab and Forgejo do.
Result<std::optional<std::string>> next_by_link(const HttpResponse& page);

// Reads a list page after page. Only pages of the server that was asked first are read: any other
// is an error (kind `unavailable`, HP8109), and so are more than `max_pages`, because half a list
// must not pass for the whole. The first page that is not 2xx ends it.
class PageReader {
 public:
  // `request_for`: the request for the page at a URL, with its credential. REQUIRES: the client
  // outlives this.
  PageReader(HttpClient& http, std::function<HttpRequest(Secret url)> request_for, Secret first_url,
             NextPage next = next_by_link, std::size_t max_pages = 100);

  // All pages, once, each 2xx but perhaps the last; nothing as long as one is under way.
  std::optional<Result<std::vector<HttpResponse>>> take();

  // The same, from start to end.
  Result<std::vector<HttpResponse>> read();

 private:
  void ask(Secret url);
  Result<bool> go_on();  // whether there is another page to wait for

  HttpClient& http_;
  std::function<HttpRequest(Secret url)> request_for_;
  NextPage next_;
  std::size_t max_pages_;
  Secret url_ = {};  // of the page under way
  RequestId id_ = RequestId::any;
  std::vector<HttpResponse> pages_ = {};
};

}  // namespace hookplan
