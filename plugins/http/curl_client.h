// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "plugins/http/http_client.h"

namespace hookplan {

struct CurlOptions {
  std::string user_agent = {};                                           // such as "hookplan/1.0"
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  // with name and TLS
};

// HTTP/1.1 by libcurl. https with certificates that are checked, unless the request itself says
// that they are not; http to this machine only (localhost, 127.0.0.0/8, [::1]) and to the metadata
// server of clouds (169.254.169.254). No redirects, no
// cookies, no .netrc, no user names in URLs. Connections are kept for the next request.
//
// From the environment, in capital or small letters: HTTPS_PROXY, else ALL_PROXY, except for this
// machine and what NO_PROXY lists. SSL_CERT_FILE instead of the system's file of authorities,
// SSL_CERT_DIR instead of its folder. SSLKEYLOGFILE is removed from it: whoever sets it could read
// every token on the wire.
class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlOptions options);
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  ~CurlClient() override;

  RequestId start(std::shared_ptr<const HttpRequest> request) override;
  void work(RequestId id, std::chrono::milliseconds max) override;

 private:
  void perform();

  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
