// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "plugins/github/github_api.h"

namespace hookplan {

// A line of a hook's delivery log.
struct GithubDelivery {
  std::string id = {};    // 19 digits
  std::string guid = {};  // the same for a delivery and those that were sent again for it
  std::string event = {};
  std::string status = {};  // HTTP status of the receiver; "0" where there was no answer
  std::string delivered = {};

  bool is_accepted() const { return status.size() == 3 && status.starts_with('2'); }
};

// The delivery log of one hook. GitHub keeps 3 days of it, an Enterprise Server 7.
class GithubDeliveries {
 public:
  // `path`: of the hook, such as "/repos/o/r/hooks/1". REQUIRES: the api outlives this.
  GithubDeliveries(const GithubApi& api, std::string entry, std::string path);

  // The newest, at most 100. Nothing if this credential may not read the log, or the server has
  // none (404: or the hook has gone).
  Result<std::optional<std::vector<GithubDelivery>>> newest() const;

  // All since then, page after page.
  Result<std::vector<GithubDelivery>> since(Instant instant) const;

  // Whether what was sent carried a signature that fits the key. Nothing if the log does not have
  // it any more or yet.
  Result<std::optional<bool>> is_signed(const GithubDelivery& delivery, const Secret& key) const;

  // Has it sent again; it is on its way when this returns.
  Result<void> send_again(const GithubDelivery& delivery) const;

 private:
  const GithubApi& api_;
  std::string entry_;
  std::string path_;
};

// One of each guid of which nothing was accepted: the one that was tried last. Pings prove things
// and tell nobody anything, so they are left out.
std::vector<GithubDelivery> failed_for_good(const std::vector<GithubDelivery>& deliveries);

}  // namespace hookplan
