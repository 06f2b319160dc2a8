// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/rs256.h"
#include "core/base/turn.h"
#include "core/ports/outside.h"
#include "plugins/github/github_api.h"
#include "plugins/github/github_login.h"

namespace hookplan {

// Logs in as a GitHub App, with tokens of its installation at each owner. One can do nothing but
// manage the hooks of an organization, or those of repositories: of the one that is asked about, or
// of up to 500 that were expected and belong to the same owner. Tokens are made when they are first
// needed, renewed before they end, and revoked when this object goes.
class AppLogin final : public GithubLogin {
 public:
  struct App {
    std::string id = {};  // App id or client id
    Rs256Key key;
  };
  // REQUIRES: client and clock outlive this. `pace`: see github_lane(); each installation has a
  // lane of its own, because it has limits of its own.
  // `mask`: is told of each token before it is used.
  using Mask = std::function<void(const Secret& token)>;
  AppLogin(
      HttpClient& http, Clock& clock, GithubPlace place, App app,
      std::optional<std::chrono::seconds> pace, Mask mask = [](const Secret&) {});
  AppLogin(const AppLogin&) = delete;
  AppLogin& operator=(const AppLogin&) = delete;
  ~AppLogin() override;

  Result<GithubCaller> caller_for(std::string_view entry) override;
  std::string lane_of(std::string_view entry) const override;
  bool renews(const GithubCaller& refused) override;
  void expect(const std::vector<std::string>& entries) override;

 private:
  struct Installation {
    std::string id = {};
    std::shared_ptr<const Lane> lane = nullptr;
  };
  struct Minted {
    Secret token = {};
    std::int64_t ends = 0;  // by this machine's clock, seconds since 1970
    bool is_usable = true;  // GitHub still takes it, as far as is known
  };

  // Entries that have a token together.
  struct Share {
    std::vector<std::string> entries = {};
    std::vector<Minted> minted = {};  // the last one counts
    Single in_use = {};               // one asks for a token, and the others wait for it
  };

  Share& share_of(const std::string& entry);
  Share& new_share(std::vector<std::string> entries);
  void split(Share& share);
  const Minted* usable(const Share& share) const;
  Result<Installation> installation_of(std::string_view entry);
  Result<Minted> take_minted(std::string_view entry, const HttpResponse& answer) const;
  // As the App itself, with its clock corrected by GitHub's where that is why it is refused.
  Result<HttpResponse> ask_as_app(const std::string& method, const std::string& path,
                                  const Secret& body);
  Secret jwt() const;
  void revoke_all();

  HttpClient& http_;
  Clock& clock_;
  GithubPlace place_;
  App app_;
  std::optional<std::chrono::seconds> pace_;
  Mask mask_;
  std::shared_ptr<const Lane> app_lane_;
  std::chrono::seconds ahead_{0};                           // GitHub's clock, of ours
  std::map<std::string, Installation> installations_ = {};  // by owner in lower case
  std::list<Share> shares_ = {};
  std::map<std::string, Share*> shares_of_ = {};  // by entry
};

// The claims of a JSON web token that says for nine minutes, beginning a minute ago, that its
// bearer is the App (RFC 7519). Clocks differ, and GitHub allows ten minutes.
std::string app_claims(std::string_view app_id, std::int64_t now);

}  // namespace hookplan
