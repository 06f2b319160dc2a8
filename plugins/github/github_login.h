// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "plugins/http/http_client.h"
#include "plugins/http/lane.h"

namespace hookplan {

// Who asks GitHub: a token, and the limits that it shares with every other request of its owner.
struct GithubCaller {
  Secret token = {};
  std::shared_ptr<const Lane> lane = nullptr;

  GithubCaller clone() const;
  // The request is made by this caller.
  void sign(HttpRequest& request) const;
};

// How hookplan logs in.
class GithubLogin {
 public:
  virtual ~GithubLogin() = default;

  // Who asks about the entry. Errors say why nobody can: kind `denied`, or those of HttpClient.
  virtual Result<GithubCaller> caller_for(std::string_view entry) = 0;

  // Entries whose writes GitHub counts together have the same; empty: it does not count them.
  virtual std::string lane_of(std::string_view entry) const = 0;

  // Whom the run is about: a credential that is got for one of them may do for others, too.
  virtual void expect(const std::vector<std::string>& /*entries*/) {}

  // It is somebody whom others invite: a token of a person or a machine user, and never an App.
  virtual bool can_be_invited() const { return false; }

  // GitHub did not accept that token (401). Whether another one may be had, so that asking again is
  // worth it.
  virtual bool renews(const GithubCaller& refused) = 0;
};

// A token that somebody made: classic, fine-grained, or of an App that somebody else minted.
class TokenLogin final : public GithubLogin {
 public:
  TokenLogin(Secret token, std::shared_ptr<const Lane> lane);

  Result<GithubCaller> caller_for(std::string_view entry) override;
  std::string lane_of(std::string_view entry) const override;
  bool can_be_invited() const override { return true; }
  bool renews(const GithubCaller& /*refused*/) override { return false; }

 private:
  GithubCaller caller_;
};

// The limits of one credential. By default what GitHub asks for: one write at a time, a second
// apart, 80 in a minute, 500 in an hour. `pace`: that time between two writes and nothing else;
// zero for servers without limits.
std::shared_ptr<const Lane> github_lane(std::optional<std::chrono::seconds> pace);

}  // namespace hookplan
