// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/git/git_repository.h"

namespace hookplan {

// Where the Prow config is at each side; one path, unless it moved.
struct ConfigPlaces {
  std::string before = {};
  std::string after = {};
  std::string rule = {};  // how it was chosen, in words
  // Found by looking, and nothing there speaks of managed_webhooks: it may be another file of the
  // same name.
  bool may_be_decoy = false;
  // The only file in a usual place: nobody looked yet whether it is a decoy. Whoever reads it does.
  bool is_unseen = false;
};

// What somebody says about the place: the command line, and `config:` of the settings of each side.
// Empty: nothing.
struct ToldPlaces {
  std::string option = {};
  std::string before = {};
  std::string after = {};
};

// `option` if given, else what the settings of the base say, else the one usual place that holds a
// managed_webhooks section. Several such places are an error, so that a decoy cannot hide a change.
// A file that is gone from one side and at another place of the other side, where it was not
// before, has moved: each side is read at its own place. `base` may be empty.
Result<ConfigPlaces> locate_config(const GitRepository& repository, const GitCommit& base,
                                   const GitCommit& head, const ToldPlaces& told);

// The files of the commit that hold a filled managed_webhooks section, in the order of git.
Result<std::vector<std::string>> files_with_section(const GitRepository& repository,
                                                    const GitCommit& commit);

// Where the settings of that config are in the commit: `option` (--settings) if given, else the
// nearest .hookplan.yaml above the config, up to the top of the repository. Empty if the commit has
// none, or is none.
Result<std::string> locate_settings(const GitRepository& repository, const GitCommit& commit,
                                    std::string_view config_path, std::string_view option);

// True if the text speaks of managed_webhooks at all; a look, not a reading.
bool names_the_section(std::string_view bytes);

// The rule by which such a file was chosen after all.
std::string without_section_rule(const std::string& rule);

// Why several places are an error.
Error several_configs(const std::vector<std::string>& paths);

// The usual places, most usual first.
std::span<const std::string_view> usual_config_paths();

}  // namespace hookplan
