// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

// Names in lower case.
using HttpHeaders = std::map<std::string, std::string, std::less<>>;

struct HttpRequest {
  std::string method = "GET";
  Secret url = {};  // a secret, because for some receivers it holds a token
  HttpHeaders headers = {};
  Secret bearer = {};  // sent as `authorization: Bearer ...`, unless empty; never in `headers`
  Secret body = {};    // a secret, because what is sent to forges and stores holds tokens
  std::chrono::milliseconds timeout = std::chrono::seconds{30};  // for all of it
  // Not over a connection that is open already. Behind a load balancer only a new connection may
  // lead to another replica.
  bool new_connection = false;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers = {};  // values of one name are joined by ", "
  Secret body = {};          // a secret, because answers of stores and of token endpoints hold some
};

// Sends requests, one at a time.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // The whole answer, whatever its status; redirects are answers and are not followed. Kind
  // `unavailable` (HP8101): the request was not sent. Kind `unknown` (HP8104): it was, wholly or in
  // part, and no whole answer came; it is never sent a second time unless its method is GET or
  // HEAD. Errors name the host and what failed, and nothing else of request and answer.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

// What people may be told of a URL: its host, with the port if one is written. "the URL" if none
// can be made out.
std::string host_of(const Secret& url);

}  // namespace hookplan
