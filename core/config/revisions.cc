// SPDX-License-Identifier: Apache-2.0
#include "core/config/revisions.h"

#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/config/chosen_commits.h"
#include "core/config/locate.h"
#include "core/config/other_configs.h"
#include "core/config/revision_reader.h"

namespace hookplan {
namespace {

// What the settings of a side say about where the config is: those that are named, else those at
// the top. Broken ones say nothing; they are complained about when they are read for good.
Result<std::string> configured_path(const GitRepository& repository, const GitCommit& commit,
                                    std::string_view settings_path, const PluginTypes& types) {
  TRY(const std::string path, locate_settings(repository, commit, "", settings_path));
  if (path.empty()) return path;
  TRY(const auto file, repository.file(commit, path, kMaxSettingsBytes));
  Result<Settings> settings = read_settings(file->bytes, path, types);
  return settings ? std::move(settings->config) : std::string();
}

// Both sides by where their files are; nothing is read yet.
Result<ConfigPlaces> find_files(const GitRepository& repository, const RevisionRequest& request,
                                Revisions& result) {
  ToldPlaces told{request.config_path};
  TRY(told.before,
      configured_path(repository, result.before.commit, request.settings_path, result.types));
  TRY(told.after,
      configured_path(repository, result.after.commit, request.settings_path, result.types));
  TRY(ConfigPlaces places,
      locate_config(repository, result.before.commit, result.after.commit, told));
  result.before.config_path = places.before;
  result.after.config_path = result.config_path = places.after;
  result.config_path_rule = places.rule;
  // Each side by its own nearest file: a nearer one that comes with a change must not judge it.
  for (RevisionSide* const side : {&result.before, &result.after}) {
    TRY(side->settings_path,
        locate_settings(repository, side->commit, side->config_path, request.settings_path));
  }
  if (request.settings_path.empty() || !result.before.settings_path.empty() ||
      !result.after.settings_path.empty())
    return places;
  return fail(Code::config_not_found, "neither revision has {} (--settings)",
              printable(request.settings_path))
      .hint("name a settings file from the top of the repository");
}

// "No changes" must not come from a file that happens to lie in a usual place while the config is
// somewhere else.
Result<void> require_no_decoy(const GitRepository& repository, const Revisions& result) {
  TRY(const std::vector<std::string> files, files_with_section(repository, result.after.commit));
  if (files.empty()) return {};
  return fail(Code::config_not_found, "{} has no managed_webhooks, and {} {}",
              printable(result.config_path), fmt::join(files, ", "),
              files.size() == 1 ? "has" : "have")
      .at({result.config_path, 0, 0, Side::after})
      .hint("name the right one with --config-path, or as `config:` in .hookplan.yaml");
}

// A comparison of these two commits.
Result<Revisions> compare(const GitRepository& repository, const RevisionRequest& request,
                          const ChosenCommits& chosen, const PluginTypes& types) {
  Revisions result;
  result.types = types;
  result.repository = repository.origin();
  result.base_rule = chosen.rule;
  result.base_is_apart = chosen.base_is_apart;
  result.before.commit = chosen.base;
  result.after.commit = chosen.head;
  TRY(const ConfigPlaces places, find_files(repository, request, result));
  const auto side_of = [&](Side side) -> const RevisionSide& {
    return side == Side::before ? result.before : result.after;
  };
  const auto config_at = [&](Side side) -> Result<std::optional<ConfigFile>> {
    const auto& [commit, path] = std::tie(side_of(side).commit, side_of(side).config_path);
    if (commit.id.empty() || path.empty()) return std::optional<ConfigFile>();
    TRY(auto id, repository.blob_id(commit, path));
    if (!id) return std::optional<ConfigFile>();
    return std::optional(ConfigFile{
        *std::move(id), fmt::format("{} at {}", printable(path), commit.id.substr(0, 12))});
  };
  const auto settings_at = [&](Side side) -> Result<std::optional<GitFile>> {
    const RevisionSide& of = side_of(side);
    if (of.commit.id.empty() || of.settings_path.empty()) return std::optional<GitFile>();
    return repository.file(of.commit, of.settings_path, kMaxSettingsBytes);
  };
  RevisionReader reader({repository, request.repository, config_at, settings_at, places.is_unseen,
                         request.verify_objects},
                        result);
  TRY_VOID(reader.read_settings_files());
  TRY_VOID(reader.read_configs(request.extent));
  const bool is_unnamed = places.is_unseen && !reader.names_the_section();
  if (is_unnamed) result.config_path_rule = without_section_rule(result.config_path_rule);
  if (places.may_be_decoy || is_unnamed) TRY_VOID(require_no_decoy(repository, result));
  if (result.is_unread()) return result;
  TRY(result.kept_elsewhere, kept_elsewhere(repository, result.after.commit, result));
  return result;
}

bool is_about_base(const Error& error) {
  return error.kind == ErrorKind::config && error.first().where.side == Side::before;
}

}  // namespace

bool Revisions::has_one_settings_file() const {
  const auto& old_file = before.settings_file;
  const auto& new_file = after.settings_file;
  return old_file.has_value() == new_file.has_value() &&
         (!old_file || old_file->blob == new_file->blob);
}

bool Revisions::may_stay_unread() const {
  return before.config && after.config && !after.config->blob.empty() &&
         before.config->blob == after.config->blob && before.config_path == after.config_path &&
         has_one_settings_file();
}

void Revisions::forget_contents() {
  for (RevisionSide* const side : {&before, &after}) {
    side->config->sha256.clear();
    side->snapshot = {};
  }
}

namespace {

// The work tree is compared with HEAD, or with what was named.
Result<ChosenCommits> choose_work_tree(const GitRepository& repository,
                                       const RevisionRequest& request) {
  std::vector<std::string> paths;
  for (const std::string& path : {request.config_path, request.settings_path}) {
    if (!path.empty()) paths.push_back(path);
  }
  ChosenCommits chosen;
  const std::string base = request.base.empty() ? "HEAD" : request.base;
  TRY(chosen.base, repository.commit(base));
  TRY(chosen.head, repository.work_tree(paths, kMaxConfigBytes));
  chosen.rule = fmt::format("{}; compared with the work tree", base);
  chosen.base_is_named = true;
  return chosen;
}

}  // namespace

Result<std::vector<std::string>> edited_files(const std::filesystem::path& repository,
                                              const Revisions& revisions) {
  TRY(const GitRepository opened, GitRepository::open(repository));
  std::vector<std::string> edited;
  const RevisionSide& head = revisions.after;
  const auto look = [&](const std::string& path, const std::optional<FileIdentity>& file) {
    if (path.empty() || !file) return;
    const std::string now = opened.work_tree_blob(path, kMaxConfigBytes);
    if (!now.empty() && now != file->blob) edited.push_back(path);
  };
  look(head.config_path, head.config);
  look(head.settings_path, head.settings_file);
  return edited;
}

// A base that Prow could not read either was never in force: what came before it was. So nobody is
// stopped by a commit that is in the history for good, unless it was named.
Result<Revisions> read_revisions(const RevisionRequest& request, const PluginTypes& types) {
  constexpr int kMaxSteps = 100;  // real histories have one or two in a row
  TRY(const GitRepository repository, GitRepository::open(request.repository));
  TRY(ChosenCommits chosen, request.is_work_tree
                                ? choose_work_tree(repository, request)
                                : choose_commits(repository, request.base, request.head));
  Result<Revisions> compared = compare(repository, request, chosen, types);
  if (chosen.base_is_named || compared || !is_about_base(compared.error())) return compared;
  const Error first_error = compared.error();
  const std::string skipped = fmt::format("{} cannot be read ({})", chosen.base.id.substr(0, 12),
                                          to_string(first_error.first().code));
  chosen.rule = fmt::format("the nearest first parent of {} that can be read; {}",
                            request.head.empty() ? "HEAD" : request.head, skipped);
  for (int step = 0; step < kMaxSteps && !chosen.base.first_parent.empty(); ++step) {
    TRY(chosen.base, repository.first_parent_of(chosen.base));
    compared = compare(repository, request, chosen, types);
    if (compared || !is_about_base(compared.error())) return compared;
  }
  return first_error;
}

Result<Revisions> read_contents(const std::filesystem::path& repository, const SideContent& before,
                                const SideContent& after, const PluginTypes& types) {
  TRY(const GitRepository opened, GitRepository::open(repository));
  Revisions result;
  result.types = types;
  result.config_path = after.config_path;
  result.before.commit = before.commit;
  result.before.config_path = before.config_path;
  result.before.settings_path = before.settings_path;
  result.after.commit = after.commit;
  result.after.config_path = after.config_path;
  result.after.settings_path = after.settings_path;
  const auto content_of = [&](Side side) -> const SideContent& {
    return side == Side::before ? before : after;
  };
  const auto config_at = [&](Side side) -> Result<std::optional<ConfigFile>> {
    const std::string& id = content_of(side).config;
    if (id.empty()) return std::optional<ConfigFile>();
    return std::optional(ConfigFile{id, fmt::format("blob {}", id.substr(0, 12))});
  };
  const auto settings_at = [&](Side side) -> Result<std::optional<GitFile>> {
    const std::string& id = content_of(side).settings;
    if (id.empty()) return std::optional<GitFile>();
    TRY(GitFile file, opened.blob(id, kMaxSettingsBytes));
    return std::optional<GitFile>(std::move(file));
  };
  RevisionReader reader({opened, repository, config_at, settings_at}, result);
  TRY_VOID(reader.read_settings_files());
  TRY_VOID(reader.read_configs(ReadExtent::everything));
  return result;
}

Result<SettingsAt> read_settings_at(const std::filesystem::path& repository,
                                    std::string_view revision, std::string_view path,
                                    const PluginTypes& types) {
  TRY(const GitRepository opened, GitRepository::open(repository));
  TRY(const GitCommit commit, opened.commit(std::string(revision)));
  TRY(const auto file, opened.file(commit, path, kMaxSettingsBytes));
  if (!file) return SettingsAt{};
  TRY(Settings settings, read_settings(file->bytes, path, types));
  return SettingsAt{std::move(settings), sha256_hex(file->bytes)};
}

}  // namespace hookplan
