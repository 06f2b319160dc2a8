// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/kubernetes/cluster_fixture.h"

namespace hookplan {

// A stand-in of tests/peers on faulty_server.py, and what lies behind it.
class PeerServer {
 public:
  explicit PeerServer(const std::string& script)
      : server_({"python3", "-B", HOOKPLAN_SOURCE "/tests/peers/" + script, "--seconds", "120"}),
        url_("http://127.0.0.1:" + server_.first_line()) {}

  const std::string& url() const { return url_; }
  void faults(const std::string& list) const { behind("PUT", "faults", list); }
  std::string log() const { return behind("GET", "log", ""); }
  std::string behind(const std::string& method, const std::string& path,
                     const std::string& body = "") const {
    CurlClient client{{.user_agent = "hookplan/test"}};
    HttpRequest request = request_for(url_ + "/_fake/" + path, method, body);
    request.max_answer_bytes = std::size_t{8} << 20;
    const auto response = client.send(std::move(request));
    REQUIRE(response.has_value());
    return shown(response->body);
  }

 private:
  ChildServer server_;
  std::string url_;
};

}  // namespace hookplan
