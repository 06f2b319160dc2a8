// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"

namespace hookplan {

// The config of a side, before it is read.
struct ConfigFile {
  std::string blob;
  std::string what;  // in messages
};

// Where the files of a side come from; nothing where it has none.
struct RevisionSources {
  const GitRepository& repository;
  const std::filesystem::path& directory;  // where that is
  std::function<Result<std::optional<ConfigFile>>(Side)> config;
  std::function<Result<std::optional<GitFile>>(Side)> settings;
  bool is_unseen = false;       // see ConfigPlaces
  bool verify_objects = false;  // see RevisionRequest
};

// Fills in what both sides hold. Their commits and paths are known already.
class RevisionReader {
 public:
  // REQUIRES: `result` and what the sources refer to outlive it.
  RevisionReader(RevisionSources sources, Revisions& result)
      : sources_(std::move(sources)), result_(result) {}

  Result<void> read_settings_files();
  // After the settings, because one config under one settings file may stay unread.
  Result<void> read_configs(ReadExtent extent);

  // Of sources that nobody looked at: whether one of the sides speaks of managed_webhooks.
  bool names_the_section() const { return names_section_; }

 private:
  struct ConfigReading;

  void judge_without_old_settings(const Diagnostic& reason);
  void note_settings_change();
  void note_past_mistakes();
  Result<bool> leave_unread(const ConfigFile& file);
  Result<void> read_sides(const std::optional<ConfigFile>& old_file,
                          const std::optional<ConfigFile>& new_file);
  Result<ConfigReading> read(const GitRepository& repository, const ConfigFile& file,
                             Side side) const;
  Result<void> keep(Result<ConfigReading> read, Side name);

  RevisionSources sources_;
  Revisions& result_;
  bool names_section_ = false;
};

}  // namespace hookplan
