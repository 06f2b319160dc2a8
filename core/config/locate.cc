// SPDX-License-Identifier: Apache-2.0
#include "core/config/locate.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/read_config.h"
#include "core/config/revisions.h"

namespace hookplan {
namespace {

// Where public Prow instances keep theirs.
constexpr std::array<std::string_view, 8> kUsualPaths = {
    "config.yaml",
    "config/prow/config.yaml",
    "prow/config.yaml",
    "config/config.yaml",
    "prow/oss/config.yaml",
    "prow/config/config.yaml",
    "core-services/prow/02_config/_config.yaml",
    "github/ci/prow-deploy/kustom/base/configs/current/config/config.yaml",
};

// What a place holds at one commit.
enum class Sight { nothing, file, section };

Result<Sight> look(const GitRepository& repository, const GitCommit& commit,
                   std::string_view path) {
  if (commit.id.empty()) return Sight::nothing;
  TRY(const auto file, repository.file(commit, path, kMaxConfigBytes));
  if (!file) return Sight::nothing;
  return names_the_section(file->bytes) ? Sight::section : Sight::file;
}

Result<bool> is_there(const GitRepository& repository, const GitCommit& commit,
                      const std::string& path) {
  if (path.empty()) return false;
  TRY(const Sight sight, look(repository, commit, path));
  return sight != Sight::nothing;
}

// Where the config of `there` is, which is not at `path`: at the place that its settings name, else
// in the one file with a section that `here` does not have. Empty if it has none: the file came or
// went.
Result<std::string> moved_to(const GitRepository& repository, const GitCommit& there,
                             const GitCommit& here, std::string_view path,
                             const std::string& told) {
  if (there.id.empty() || here.id.empty() || told == path) return std::string();
  TRY(const bool told_is_there, is_there(repository, there, told));
  TRY(const bool told_is_here, is_there(repository, here, told));
  if (told_is_there && !told_is_here) return told;
  TRY(const std::vector<std::string> files, files_with_section(repository, there));
  std::vector<std::string> found;
  for (const std::string& file : files) {
    TRY(const bool is_here, is_there(repository, here, file));
    if (!is_here) found.push_back(file);
  }
  if (found.size() < 2) return found.empty() ? std::string() : found.front();
  return fail(Code::several_configs, "{} is only in one of the revisions, and the other has {}",
              printable(path), fmt::join(found, ", "))
      .hint("move one config in a change, so that it can be seen which one became which");
}

// A path that somebody named, at both sides.
Result<ConfigPlaces> places_of(const GitRepository& repository, const GitCommit& base,
                               const GitCommit& head, const std::string& path, std::string rule,
                               const ToldPlaces& told) {
  TRY(const bool in_base, is_there(repository, base, path));
  TRY(const bool in_head, is_there(repository, head, path));
  ConfigPlaces places{path, path, std::move(rule)};
  if (in_base == in_head) return places;
  std::string& other = in_base ? places.after : places.before;
  TRY(std::string moved, in_base ? moved_to(repository, head, base, path, told.after)
                                 : moved_to(repository, base, head, path, told.before));
  if (!moved.empty()) other = std::move(moved);
  return places;
}

// The usual places, by what they hold at both sides.
struct UsualPlaces {
  std::vector<std::string> with_section = {};
  std::vector<std::string> without_section = {};
  std::vector<std::string> only_before = {};  // with a section, and gone from the head
  std::vector<std::string> only_after = {};   // with a section, and new
  std::optional<Error> obstacle = {};         // what one holds instead, if nothing better is found
};

Result<UsualPlaces> look_around(const GitRepository& repository, const GitCommit& base,
                                const GitCommit& head) {
  UsualPlaces all;
  for (const std::string_view path : kUsualPaths) {
    const Result<Sight> before = look(repository, base, path);
    const Result<Sight> after = look(repository, head, path);
    const auto* const failed = !before ? &before : !after ? &after : nullptr;
    if (failed != nullptr) {
      if (failed->error().first().code != Code::not_a_regular_file) return failed->error();
      if (!all.obstacle) all.obstacle = failed->error();
      continue;
    }
    if (*before == Sight::nothing && *after == Sight::nothing) continue;
    const bool has_section = *before == Sight::section || *after == Sight::section;
    (has_section ? all.with_section : all.without_section).emplace_back(path);
    if (*before == Sight::section && *after == Sight::nothing) all.only_before.emplace_back(path);
    if (*before == Sight::nothing && *after == Sight::section) all.only_after.emplace_back(path);
  }
  return all;
}

}  // namespace

Result<std::string> locate_settings(const GitRepository& repository, const GitCommit& commit,
                                    std::string_view config_path, std::string_view option) {
  std::string path(option.empty() ? config_path : option);
  if (commit.id.empty()) return std::string();
  // Each folder above the config in turn; the empty one is the top.
  for (std::size_t slash = path.rfind('/');; slash = path.rfind('/')) {
    path.resize(slash == std::string::npos ? 0 : slash);
    const std::string candidate = !option.empty() ? std::string(option)
                                  : path.empty()  ? std::string(kSettingsName)
                                                  : fmt::format("{}/{}", path, kSettingsName);
    TRY(const auto file, repository.file(commit, candidate, kMaxSettingsBytes));
    if (file) return candidate;
    if (path.empty() || !option.empty()) return std::string();
  }
}

bool names_the_section(std::string_view bytes) {
  return ascii_lower(bytes).find("managed_webhooks") != std::string::npos;
}

Error several_configs(const std::vector<std::string>& paths) {
  return fail(Code::several_configs, "several files hold managed_webhooks: {}",
              fmt::join(paths, ", "))
      .hint("name the right one with --config-path, or as PATH of check");
}

std::span<const std::string_view> usual_config_paths() { return kUsualPaths; }

Result<ConfigPlaces> locate_config(const GitRepository& repository, const GitCommit& base,
                                   const GitCommit& head, const ToldPlaces& told) {
  constexpr std::string_view kRule = "found by looking in the usual places";
  const std::string& named = told.option.empty() ? told.before : told.option;
  if (!named.empty()) {
    const std::string_view rule =
        told.option.empty() ? "named in .hookplan.yaml of the base" : "--config-path";
    TRY(const bool in_base, is_there(repository, base, named));
    TRY(const bool in_head, is_there(repository, head, named));
    if (in_base || in_head)
      return places_of(repository, base, head, named, std::string(rule), told);
    return fail(Code::config_not_found, "neither revision has {} ({})", printable(named),
                told.option.empty() ? rule : "named by --config-path")
        .at(named)
        .hint("name a file from the top of the repository");
  }
  TRY(UsualPlaces usual, look_around(repository, base, head));
  const auto& with_section = usual.with_section;
  if (with_section.size() == 2 && usual.only_before.size() == 1 && usual.only_after.size() == 1) {
    return ConfigPlaces{usual.only_before.front(), usual.only_after.front(), std::string(kRule)};
  }
  if (with_section.size() > 1) return several_configs(with_section);
  if (with_section.size() == 1)
    return places_of(repository, base, head, with_section.front(), std::string(kRule), told);
  const auto& without_section = usual.without_section;
  if (without_section.size() == 1) {
    return ConfigPlaces{without_section.front(), without_section.front(),
                        fmt::format("{}, without managed_webhooks", kRule), true};
  }
  if (without_section.size() > 1) {
    return fail(Code::several_configs,
                "several files could be the config, none holds managed_webhooks: {}",
                fmt::join(without_section, ", "))
        .hint("name the right one with --config-path");
  }
  if (usual.obstacle) return std::move(*usual.obstacle);
  return fail(Code::config_not_found, "no Prow config in either revision")
      .hint("name it with --config-path; looked for {}", fmt::join(kUsualPaths, ", "));
}

Result<std::vector<std::string>> files_with_section(const GitRepository& repository,
                                                    const GitCommit& commit) {
  TRY(const auto files,
      repository.files_with(commit, {".yaml", ".yml"}, "managed_webhooks", kMaxConfigBytes));
  std::vector<std::string> found;
  for (const auto& [path, file] : files) {
    const Result<Snapshot> snapshot = read_past_config(file.bytes, path);
    if (snapshot && snapshot->state == SectionState::filled) found.push_back(path);
  }
  return found;
}

}  // namespace hookplan
