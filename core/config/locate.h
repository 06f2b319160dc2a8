// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/git/git_repository.h"

namespace hookplan {

struct ConfigPath {
  std::string path = {};
  std::string rule = {};   // how it was chosen, in words
  bool is_unread = false;  // the only file in a usual place: nobody looked what it holds
};

// Where the Prow config is: `option` (the command line) if given, else `setting` (`config:` of the
// settings file), else the one usual place that holds a managed_webhooks section in either commit.
// Several such places are an error, so that a decoy cannot hide a change. `base` may be empty.
Result<ConfigPath> locate_config(const GitRepository& repository, const GitCommit& base,
                                 const GitCommit& head, std::string_view option,
                                 std::string_view setting);

// Where the settings of that config are in the commit: `option` (--settings) if given, else the
// nearest .hookplan.yaml above the config, up to the top of the repository. Empty if the commit has
// none, or is none.
Result<std::string> locate_settings(const GitRepository& repository, const GitCommit& commit,
                                    std::string_view config_path, std::string_view option);

// True if the text speaks of managed_webhooks at all; a look, not a reading.
bool names_the_section(std::string_view bytes);

// Why several places are an error.
Error several_configs(const std::vector<std::string>& paths);

// The usual places, most usual first.
std::span<const std::string_view> usual_config_paths();

}  // namespace hookplan
