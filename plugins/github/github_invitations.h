// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/ports/forge.h"
#include "plugins/github/github_api.h"

namespace hookplan {

// Invitations to repositories and to organizations, as Prow's `auto_accept_invitation` means them:
// only those that make an administrator, and only for what is listed. Beyond that:
//
// - What Prow cannot read stops it; here it stays pending, and everything else goes on.
// - An organization is joined only if it is listed itself. Prow joins it as an owner for one of its
//   repositories, which is more than anybody asked for.
// - Names are compared as GitHub does, whatever their case.
class GithubInvitations final : public Invitations {
 public:
  // REQUIRES: the api outlives this.
  explicit GithubInvitations(const GithubApi& api) : api_(api) {}

  PendingInvitations pending(const std::vector<std::string>& entries) override;
  Result<void> accept(const Invitation& invitation) override;

 private:
  using Judge = std::vector<Invitation> (*)(const JsonValue& each,
                                            const std::vector<std::string>& entries);
  Result<void> read(const std::string& path, Judge judge, const std::vector<std::string>& entries,
                    std::vector<Invitation>& found) const;

  const GithubApi& api_;
};

}  // namespace hookplan
