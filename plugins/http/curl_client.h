// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "plugins/http/http_client.h"

namespace hookplan {

struct CurlOptions {
  std::string user_agent = {};                           // such as "hookplan/1.0"
  std::size_t most_answer_bytes = std::size_t{1} << 20;  // of the headers, and of the body
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  // with name and TLS
};

// HTTP/1.1 by libcurl. https with certificates that are checked, which nothing switches off; http
// to this machine only (localhost, 127.0.0.0/8, [::1]). No redirects, no cookies, no .netrc, no
// user names in URLs. From the environment: HTTPS_PROXY, ALL_PROXY and NO_PROXY, except for this
// machine; SSL_CERT_FILE instead of the system's file of authorities, SSL_CERT_DIR instead of its
// folder. Connections are kept for the next request.
class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlOptions options);
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  ~CurlClient() override;

  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
