// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_names.h"
#include "plugins/plugin.h"

namespace hookplan {

extern const Plugin kGithubPlugin = {{}, {}, {}, &kGithubNames};

}  // namespace hookplan
