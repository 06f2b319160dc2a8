// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/plugin_type.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"

namespace hookplan {

// What the other configs of a revision list. Two Prow instances may live in one repository, and
// what the one does not list is not for it to remove as long as the other does.
class OtherConfigs {
 public:
  // All YAML files of the commit but `config_path` that speak of managed_webhooks. Reads them all:
  // for when something would be removed.
  static Result<OtherConfigs> read(const GitRepository& repository, const GitCommit& commit,
                                   std::string_view config_path, const PluginTypes& types);

  bool lists(std::string_view entry) const;

  // Lists it with the same hook: what is removed here goes on there. `route` is where the hook
  // leads now; null pointer if no settings say.
  bool keep_hook(std::string_view entry, const Route* route) const;

 private:
  // What one config lists, in lower case, and where the settings nearest to it lead that.
  struct Other {
    std::set<std::string, std::less<>> entries = {};
    std::optional<Settings> settings =
        {};  // nothing: they cannot be read, so any hook may be theirs
  };
  bool any_lists(std::string_view entry, const std::function<bool(const Other&)>& counts) const;

  std::vector<Other> others_ = {};
  // Of files that are not configs as we read them: whatever name stands there may be listed.
  std::vector<std::string> unread_ = {};
};

// Entries that the newer of the revisions does not list any more, and whose hooks another config
// of `commit` keeps. Costs nothing unless something is removed.
Result<std::set<std::string>> kept_elsewhere(const GitRepository& repository,
                                             const GitCommit& commit, const Revisions& revisions);

}  // namespace hookplan
