// SPDX-License-Identifier: Apache-2.0
#include "core/config/other_configs.h"

#include <algorithm>
#include <utility>

#include "core/config/read_config.h"
#include "core/config/revisions.h"

namespace hookplan {

Result<OtherConfigs> OtherConfigs::read(const GitRepository& repository, const GitCommit& commit,
                                        std::string_view config_path) {
  OtherConfigs others;
  TRY(auto files,
      repository.files_with(commit, {".yaml", ".yml"}, "managed_webhooks", kMaxConfigBytes));
  for (auto& [path, file] : files) {
    if (path == config_path) continue;
    Result<Snapshot> snapshot = read_config(file.bytes, path);
    if (!snapshot) {
      others.unread_.push_back(std::move(file.bytes));
      continue;
    }
    for (const Entry& entry : snapshot->entries) others.entries_.insert(entry.name);
  }
  return others;
}

bool OtherConfigs::lists(std::string_view entry) const {
  return entries_.contains(entry) || std::ranges::any_of(unread_, [&](const std::string& text) {
           return text.find(entry) != std::string::npos;
         });
}

}  // namespace hookplan
