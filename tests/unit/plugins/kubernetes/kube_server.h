// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/kubernetes/cluster_fixture.h"

namespace hookplan {

// tests/peers/kube_api.py: an API server that keeps Secrets, and what lies behind it.
class KubeServer {
 public:
  explicit KubeServer(const std::vector<std::string>& more = {}, const std::string& scheme = "http")
      : server_(words(more)), url_(scheme + "://127.0.0.1:" + server_.first_line()) {}

  const std::string& url() const { return url_; }
  std::string port() const { return server_.first_line(); }

  // Any object as the Secret prow/hmac-token.
  void put(const std::string& object) const { behind("PUT", "secrets/prow/hmac-token", object); }
  // It as it is there now.
  std::string get() const { return behind("GET", "secrets/prow/hmac-token", ""); }
  void remove() const { behind("DELETE", "secrets/prow/hmac-token", ""); }
  void faults(const std::string& list) const { behind("PUT", "faults", list); }
  void tokens(const std::string& told) const { behind("PUT", "tokens", told); }
  std::string log() const { return behind("GET", "log", ""); }

 private:
  static std::vector<std::string> words(const std::vector<std::string>& more) {
    std::vector<std::string> all = {"python3", HOOKPLAN_SOURCE "/tests/peers/kube_api.py",
                                    "--seconds", "120"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string behind(const std::string& method, const std::string& path,
                     const std::string& body) const {
    CurlClient client{{.user_agent = "hookplan/test"}};
    HttpRequest request = request_for(url_ + "/_fake/" + path, method, body);
    request.max_answer_bytes = std::size_t{8} << 20;
    const auto response = client.send(std::move(request));
    REQUIRE(response.has_value());
    return shown(response->body);
  }

  ChildServer server_;
  std::string url_;
};

}  // namespace hookplan
