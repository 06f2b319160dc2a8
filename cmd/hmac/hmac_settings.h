// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/hmac/prow_config.h"
#include "core/base/diagnostic.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "plugins/kubernetes/cluster_access.h"

namespace hookplan {

// What the flags of `hookplan hmac` say.
struct HmacSettings {
  ProwConfigFiles files = {};
  Settings settings = {};  // one route for everything, as a settings file would have it
  bool dry_run = true;
  bool is_emergency = false;
  bool finish = false;                 // wait for the overlap
  std::vector<Diagnostic> notes = {};  // what has no effect or was passed over
};

// Refuses (kind `usage`) what Prow's tool refuses, in its order: contradictions first, then flags
// that are missing. `environment`: where kubeconfigs are named.
Result<HmacSettings> hmac_settings(const CommandLine& line, const Lookup& environment);

}  // namespace hookplan
