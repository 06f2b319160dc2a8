// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/git/git_repository.h"

namespace hookplan {

// What the other configs of a revision list. Two Prow instances may live in one repository, and
// what the one does not list is not for it to remove as long as the other does.
class OtherConfigs {
 public:
  // All YAML files of the commit but `config_path` that speak of managed_webhooks. Reads them all:
  // for when something would be removed.
  static Result<OtherConfigs> read(const GitRepository& repository, const GitCommit& commit,
                                   std::string_view config_path);

  bool lists(std::string_view entry) const;

 private:
  std::set<std::string, std::less<>> entries_ = {};
  // Of files that are not configs as we read them: whatever name stands there may be listed.
  std::vector<std::string> unread_ = {};
};

}  // namespace hookplan
