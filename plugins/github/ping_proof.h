// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ports/forge.h"
#include "core/ports/outside.h"
#include "plugins/github/github_api.h"

namespace hookplan {

// Has the hook at that path send a ping, and finds it in the log of the hook: answered 2xx, with a
// signature that fits the token. Accepted alone proves nothing, because the receiver takes the old
// token as well; one that is in the log already may have been signed before the switch. Errors:
// HP8129 if it does not come, is refused or is signed otherwise; those of GitHub's refusals.
//
// Done without a look where the log may not be read: then what the receiver itself proved counts.
Result<Progress> prove_by_ping(const GithubApi& api, Clock& clock, const Hook& hook,
                               const Token& token, const std::string& path);

// HP8129: "o/r: why".
Error not_proven(const Hook& hook, std::string why);

}  // namespace hookplan
