// SPDX-License-Identifier: Apache-2.0
#include "core/config/other_configs.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/config/locate.h"
#include "core/config/read_config.h"

namespace hookplan {
namespace {

// Of the settings nearest to a config; the defaults where it has none.
Result<Settings> settings_for(const GitRepository& repository, const GitCommit& commit,
                              std::string_view config_path, const PluginTypes& types) {
  TRY(const std::string path, locate_settings(repository, commit, config_path, ""));
  if (path.empty()) return Settings{};
  TRY(const auto file, repository.file(commit, path, kMaxSettingsBytes));
  if (!file) return Settings{};
  return read_settings(file->bytes, path, types);
}

// One hook has one URL on one forge, whatever the settings call these and whoever sets it.
bool is_one_hook(const Route* one, const Route* other) {
  if (one == nullptr || other == nullptr) return true;
  return one->url() == other->url() && !are_on_other_services(*one, *other);
}

}  // namespace

Result<OtherConfigs> OtherConfigs::read(const GitRepository& repository, const GitCommit& commit,
                                        std::string_view config_path, const PluginTypes& types) {
  OtherConfigs others;
  TRY(auto files,
      repository.files_with(commit, {".yaml", ".yml"}, "managed_webhooks", kMaxConfigBytes));
  for (auto& [path, file] : files) {
    if (path == config_path) continue;
    Result<Snapshot> snapshot = read_config(file.bytes, path);
    if (!snapshot) {
      // What is not a config to Prow lists nothing: a script that greps for the section, say.
      if (snapshot.error().first().code != Code::section_misplaced)
        others.unread_.push_back(ascii_lower(file.bytes));
      continue;
    }
    Other other;
    for (const Entry& entry : snapshot->entries) other.entries.insert(ascii_lower(entry.name));
    if (auto settings = settings_for(repository, commit, path, types))
      other.settings = std::move(settings).value();
    others.others_.push_back(std::move(other));
  }
  return others;
}

// `counts` says of a config that lists the name whether that counts.
bool OtherConfigs::any_lists(std::string_view entry,
                             const std::function<bool(const Other&)>& counts) const {
  const std::string name = ascii_lower(entry);
  const auto names_it = [&](const std::string& text) {
    return text.find(name) != std::string::npos;
  };
  return std::ranges::any_of(unread_, names_it) ||
         std::ranges::any_of(others_, [&](const Other& other) {
           return other.entries.contains(name) && counts(other);
         });
}

bool OtherConfigs::lists(std::string_view entry) const {
  return any_lists(entry, [](const Other&) { return true; });
}

bool OtherConfigs::keep_hook(std::string_view entry, const Route* route) const {
  return any_lists(entry, [&](const Other& other) {
    return !other.settings || is_one_hook(route, route_of(*other.settings, entry));
  });
}

Result<std::set<std::string>> kept_elsewhere(const GitRepository& repository,
                                             const GitCommit& commit, const Revisions& revisions) {
  const std::vector<Entry>& listed = revisions.after.snapshot.entries;
  // A config that has gone or become empty is blocked by a guard, whatever another one lists: the
  // settings that stood in it would go unseen.
  if (listed.empty() && !revisions.before.settings.guards.allow_empty)
    return std::set<std::string>();
  std::vector<std::string> removed;
  for (const Entry& entry : revisions.before.snapshot.entries) {
    if (!std::ranges::binary_search(listed, entry.name, {}, &Entry::name))
      removed.push_back(entry.name);
  }
  std::set<std::string> kept;
  if (removed.empty()) return kept;
  TRY(const OtherConfigs others,
      OtherConfigs::read(repository, commit, revisions.config_path, revisions.types));
  for (std::string& entry : removed) {
    if (others.keep_hook(entry, route_of(revisions.before.settings, entry)))
      kept.insert(std::move(entry));
  }
  return kept;
}

}  // namespace hookplan
