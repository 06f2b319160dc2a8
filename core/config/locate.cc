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
#include "core/config/section_fields.h"

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

constexpr std::string_view kFound = "found by looking in the usual places";

// The content of a path at a commit by its id, unread; nothing where there is no such file.
Result<std::optional<std::string>> content_at(const GitRepository& repository,
                                              const GitCommit& commit, std::string_view path) {
  if (commit.id.empty() || path.empty()) return std::optional<std::string>();
  return repository.blob_id(commit, path);
}

Result<bool> is_there(const GitRepository& repository, const GitCommit& commit,
                      std::string_view path) {
  TRY(const auto content, content_at(repository, commit, path));
  return content.has_value();
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

// A usual place with a file at one side or both, by the ids of the contents.
struct Candidate {
  std::string_view path;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

struct Candidates {
  std::vector<Candidate> all = {};
  std::optional<Error> obstacle = {};  // what a place holds instead, if nothing better is found
};

Result<Candidates> look_around(const GitRepository& repository, const GitCommit& base,
                               const GitCommit& head) {
  Candidates found;
  for (const std::string_view path : kUsualPaths) {
    auto before = content_at(repository, base, path);
    auto after = content_at(repository, head, path);
    const auto* const failed = !before ? &before : !after ? &after : nullptr;
    if (failed != nullptr) {
      if (failed->error().first().code != Code::not_a_regular_file) return failed->error();
      if (!found.obstacle) found.obstacle = failed->error();
    } else if (*before || *after) {
      found.all.push_back({path, std::move(before).value(), std::move(after).value()});
    }
  }
  return found;
}

// The usual places, by what they hold at both sides.
struct UsualPlaces {
  std::vector<std::string> with_section = {};
  std::vector<std::string> without_section = {};
  std::vector<std::string> only_before = {};  // with a section, and gone from the head
  std::vector<std::string> only_after = {};   // with a section, and new
};

Result<UsualPlaces> look_into(const GitRepository& repository,
                              const std::vector<Candidate>& candidates) {
  UsualPlaces all;
  for (const auto& [path, before, after] : candidates) {
    bool has_section = false;
    for (const auto* const content : {&before, &after}) {
      if (has_section || !*content || (content == &after && before == after)) continue;
      TRY(const GitContent file, repository.content(**content, kMaxConfigBytes, path));
      has_section = names_the_section(file.bytes);
    }
    (has_section ? all.with_section : all.without_section).emplace_back(path);
    if (has_section && !after) all.only_before.emplace_back(path);
    if (has_section && !before) all.only_after.emplace_back(path);
  }
  return all;
}

// The config where nobody says where it is.
Result<ConfigPlaces> choose(const GitRepository& repository, const GitCommit& base,
                            const GitCommit& head, const ToldPlaces& told) {
  TRY(Candidates candidates, look_around(repository, base, head));
  if (candidates.all.size() == 1) {
    const Candidate& only = candidates.all.front();
    const std::string path(only.path);
    if (only.before && only.after)
      return ConfigPlaces{path, path, std::string(kFound), false, true};
  }
  TRY(const UsualPlaces usual, look_into(repository, candidates.all));
  const auto& with_section = usual.with_section;
  if (with_section.size() == 2 && usual.only_before.size() == 1 && usual.only_after.size() == 1) {
    return ConfigPlaces{usual.only_before.front(), usual.only_after.front(), std::string(kFound)};
  }
  if (with_section.size() > 1) return several_configs(with_section);
  if (with_section.size() == 1)
    return places_of(repository, base, head, with_section.front(), std::string(kFound), told);
  const auto& without_section = usual.without_section;
  if (without_section.size() == 1) {
    return ConfigPlaces{without_section.front(), without_section.front(),
                        without_section_rule(std::string(kFound)), true};
  }
  if (without_section.size() > 1) {
    return fail(Code::several_configs,
                "several files could be the config, none holds managed_webhooks: {}",
                fmt::join(without_section, ", "))
        .hint("name the right one with --config-path");
  }
  if (candidates.obstacle) return std::move(*candidates.obstacle);
  return fail(Code::config_not_found, "no Prow config in either revision")
      .hint("name it with --config-path; looked for {}", fmt::join(kUsualPaths, ", "));
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
  // Most often it stands there as Prow writes it, and a copy of the text in lower case is dear.
  return bytes.find(kSection) != std::string_view::npos ||
         ascii_lower(bytes).find(kSection) != std::string::npos;
}

std::string without_section_rule(const std::string& rule) {
  return rule + ", without managed_webhooks";
}

Error several_configs(const std::vector<std::string>& paths) {
  return fail(Code::several_configs, "several files hold managed_webhooks: {}",
              fmt::join(paths, ", "))
      .hint("name the right one with --config-path, or as PATH of check");
}

std::span<const std::string_view> usual_config_paths() { return kUsualPaths; }

Result<ConfigPlaces> locate_config(const GitRepository& repository, const GitCommit& base,
                                   const GitCommit& head, const ToldPlaces& told) {
  const std::string& named = told.option.empty() ? told.before : told.option;
  if (named.empty()) return choose(repository, base, head, told);
  const std::string_view rule =
      told.option.empty() ? "named in .hookplan.yaml of the base" : "--config-path";
  TRY(const bool in_base, is_there(repository, base, named));
  TRY(const bool in_head, is_there(repository, head, named));
  if (in_base || in_head) return places_of(repository, base, head, named, std::string(rule), told);
  return fail(Code::config_not_found, "neither revision has {} ({})", printable(named),
              told.option.empty() ? rule : "named by --config-path")
      .at(named)
      .hint("name a file from the top of the repository");
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
