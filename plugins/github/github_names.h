// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/plugin_type.h"

namespace hookplan {

// The names of organizations, users and repositories on GitHub.
extern const NameRules kGithubNames;

}  // namespace hookplan
