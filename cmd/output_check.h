// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmd/command_line.h"
#include "core/base/result.h"
#include "core/config/settings.h"

namespace hookplan {

// A typing error in the name of an output must not cost a token store. These look before anything
// is read or done; errors have the code HP5103.

// What the command line shows by itself: an output that is the plan, a key or another output, or a
// file whose content says that something depends on it (tokens, a ledger, a hand-over, settings, a
// Prow config, a key, git's own files).
Result<void> check_outputs(const CommandLine& line);

// The token files of these settings and what lies beside them, also where they are still empty.
Result<void> check_outputs_against(const CommandLine& line, const Settings& settings);

}  // namespace hookplan
