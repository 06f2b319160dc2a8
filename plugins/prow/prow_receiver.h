// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include "core/ports/receiver.h"
#include "plugins/http/http_client.h"

namespace hookplan {

struct ProwOptions {
  // How many pings in a row must be accepted, each over a connection of its own: several replicas
  // may stand behind one URL, and they do not all learn of a new token at the same moment.
  int pings = 3;
  std::chrono::milliseconds timeout = std::chrono::seconds{10};  // of a ping, as long as GitHub's
};

// Prow's `hook`, and what validates deliveries as it does. It takes any of the tokens that its file
// lists for an entry; what a delivery was signed with is found out with a `ping`, which `hook`
// checks like any delivery and then ignores.
class ProwReceiver final : public Receiver {
 public:
  // REQUIRES: the client outlives it; at least one ping.
  explicit ProwReceiver(HttpClient& http, ProwOptions options = {});

  // 40 lower-case hexadecimal digits, as Prow makes them.
  Result<Secret> mint(std::string_view entry) override;

  Secret url_of(const Route& route, const Token& token) const override;

  // Besides the errors of the port: HP8103 (kind `unavailable`) if a random token is accepted for
  // the entry, too, because acceptance means nothing then. Sends a ping more than
  // ProwOptions says, and two more for a URL that is asked for the first time.
  Result<bool> accepts(const Hook& hook, const Token& token) override;

 private:
  Result<bool> accepts_ping(const Hook& hook, const Secret& token);
  Result<void> require_refusal(const Hook& hook);
  Result<bool> tells_tokens_apart(const Hook& hook, const Token& token);

  HttpClient& http_;
  ProwOptions options_;
  std::set<std::string> discriminating_ = {};  // SHA-256 of URLs that were seen to judge tokens
};

}  // namespace hookplan
