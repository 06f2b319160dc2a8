// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/revisions.h"
#include "core/config/snapshot.h"

namespace hookplan {

// The files that Prow would load, as far as they can hold managed_webhooks.
struct ProwConfigFiles {
  std::filesystem::path config = {};
  std::vector<std::filesystem::path> supplemental_folders = {};
  std::string supplemental_suffix = "_prowconfig.yaml";
};

struct ProwConfig {
  Snapshot snapshot = {};
  FileIdentity file = {};  // of the main config, unpacked; git's id of it is empty
};

// Reads the main config, which may be compressed with gzip. The files below the supplemental
// folders are read as well, because a section there must not be overlooked: Prow refuses it, and so
// is it here (HP8402). Job configs cannot hold the section and are not read.
Result<ProwConfig> read_prow_config(const ProwConfigFiles& files);

}  // namespace hookplan
