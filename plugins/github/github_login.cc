// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_login.h"

#include <utility>

namespace hookplan {

using std::chrono::seconds;

GithubCaller GithubCaller::clone() const { return {token.clone(), lane}; }

void GithubCaller::sign(HttpRequest& request) const {
  request.credential.value = token.clone();
  request.lane = lane;
}

TokenLogin::TokenLogin(Secret token, std::shared_ptr<const Lane> lane)
    : caller_{std::move(token), std::move(lane)} {}

Result<GithubCaller> TokenLogin::caller_for(std::string_view /*entry*/) { return caller_.clone(); }

std::string TokenLogin::lane_of(std::string_view /*entry*/) const {
  return caller_.lane->writes.empty() ? std::string() : std::string("token");
}

std::shared_ptr<const Lane> github_lane(std::optional<seconds> pace) {
  auto lane = std::make_shared<Lane>();
  if (!pace) {
    constexpr std::size_t kAMinute = 80;
    constexpr std::size_t kAnHour = 500;
    lane->writes = {
        {1, seconds{1}}, {kAMinute, std::chrono::minutes{1}}, {kAnHour, std::chrono::hours{1}}};
  } else if (*pace > seconds{0}) {
    lane->writes = {{1, *pace}};
  }
  // What a 403 of a secondary limit says, now and formerly, where it has no Retry-After.
  lane->limit_signs = {"secondary rate limit", "secondary-rate-limits", "abuse detection",
                       "abuse-rate-limits", "API rate limit exceeded"};
  return lane;
}

}  // namespace hookplan
