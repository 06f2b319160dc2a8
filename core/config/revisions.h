// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"
#include "core/git/git_repository.h"

namespace hookplan {

inline constexpr std::size_t kMaxConfigBytes = std::size_t{256} << 20;

// `changes`: what is the same in both revisions may stay unread, or be counted only. It is enough
// to compare them; what leads from the live state to a revision needs `everything`.
enum class ReadExtent { everything, changes };

// What to compare. Empty members are chosen: for base and head as choose_commits() says, and the
// config is looked for.
struct RevisionRequest {
  std::filesystem::path repository = ".";
  std::string base = {};
  std::string head = {};
  bool is_work_tree =
      false;  // the head is the work tree, as it is now; the base is HEAD by default
  std::string config_path = {};
  std::string settings_path = {};  // empty: the nearest .hookplan.yaml above the config
  ReadExtent extent = ReadExtent::everything;
  bool verify_objects = false;  // hash the configs again after reading, which git does not
};

struct FileIdentity {
  std::string blob = {};    // git's id of the content
  std::string sha256 = {};  // of the content alone; empty if the content was not read
  std::uint64_t size = 0;
};

// One of the two revisions. `commit.id` is empty where there is nothing to compare with, because
// the head is the first commit.
struct RevisionSide {
  GitCommit commit = {};
  std::string config_path = {};                    // where it is, or would be
  std::optional<FileIdentity> config = {};         // nothing: the revision has no such file
  std::optional<FileIdentity> settings_file = {};  // likewise
  std::string settings_path = {};                  // where that is; empty: there is none
  Snapshot snapshot = {};
  Settings settings = {};
};

struct Revisions {
  PluginTypes types = {};             // what the settings were judged by
  std::string repository = {};        // where `origin` is, without credentials; may be empty
  std::string config_path = {};       // of the newer side
  std::string config_path_rule = {};  // how the path was chosen, in words
  std::string base_rule = {};         // how the base was chosen, in words
  bool base_is_apart = false;         // see ChosenCommits
  std::string settings_path = {};     // of the newer side that has one; empty: neither has
  RevisionSide before = {};
  RevisionSide after = {};
  // Removed from this config, and listed by another one of the newer revision with the same hook.
  std::set<std::string> kept_elsewhere = {};
  std::vector<Diagnostic> diagnostics = {};  // what was noticed on the way, beside the snapshots'
  std::vector<std::string> notes = {};       // how the configs were read, in words

  // One config at one path under one settings file in both revisions: there is no change, and the
  // config was not read.
  bool is_unread() const { return may_stay_unread() && after.config->sha256.empty(); }
  bool has_one_settings_file() const;
  // Whether it could have stayed unread; and as if it had, which REQUIRES that.
  bool may_stay_unread() const;
  void forget_contents();
};

// Reads config and settings at both revisions. A head that cannot be read fails with the reasons,
// marked with their side. A base is history: it is read as Prow read it (read_past_config), with a
// warning; where that cannot be said, the nearest first parent that can be read is the base, unless
// another one was named, which fails.
Result<Revisions> read_revisions(const RevisionRequest& request, const PluginTypes& types);

// A side by what it holds, wherever that is in the history now: a plan that was merged, squashed or
// rebased is about the same contents.
struct SideContent {
  GitCommit commit = {};           // as it was; only its id is used, and only in messages
  std::string config_path = {};    // for messages, and to say that it moved
  std::string config = {};         // id of the content; empty: there is none
  std::string settings = {};       // likewise
  std::string settings_path = {};  // where they were, for messages
};

// Which of the config and the settings of the newer side look otherwise in the work tree than at
// HEAD, by their paths.
Result<std::vector<std::string>> edited_files(const std::filesystem::path& repository,
                                              const Revisions& revisions);

// The same for two sides that are known by their contents. Paths and rules are the caller's.
Result<Revisions> read_contents(const std::filesystem::path& repository, const SideContent& before,
                                const SideContent& after, const PluginTypes& types);

struct SettingsAt {
  Settings settings = {};
  std::string sha256 = {};  // of the file; empty where there is none
};

// The settings of one revision at `path`; the defaults where it has no such file.
Result<SettingsAt> read_settings_at(const std::filesystem::path& repository,
                                    std::string_view revision, std::string_view path,
                                    const PluginTypes& types);

}  // namespace hookplan
