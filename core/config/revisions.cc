// SPDX-License-Identifier: Apache-2.0
#include "core/config/revisions.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/config/chosen_commits.h"
#include "core/config/locate.h"
#include "core/config/other_configs.h"
#include "core/config/read_config.h"

namespace hookplan {
namespace {

void mark_side(std::vector<Diagnostic>& diagnostics, Side side) {
  for (Diagnostic& diagnostic : diagnostics) diagnostic.where.side = side;
}

FileIdentity identity_of(const GitFile& file) {
  return {file.blob, sha256_hex(file.bytes), file.bytes.size()};
}

// The error of a named base that cannot be read says how to get past it: the fix must not be
// blocked by what it fixes. Where the base was not named, an older one is taken (see below).
Error in_base(Error error, const GitCommit& commit) {
  mark_side(error.diagnostics, Side::before);
  Diagnostic& first = error.diagnostics.front();
  first.hint += fmt::format(
      "{}the base {} itself has this mistake: name an older base that can be read, "
      "hookplan plan BASE HEAD",
      first.hint.empty() ? "" : "; ", commit.id.substr(0, 12));
  return error;
}

// Where the files of a side come from.
enum class FileKind { config, settings };
using FileSource = std::function<Result<std::optional<GitFile>>(Side, FileKind)>;

class RevisionReader {
 public:
  RevisionReader(FileSource source, Revisions& result)
      : file_(std::move(source)), result_(result) {}

  Result<void> read_settings_files() {
    RevisionSide& before = result_.before;
    RevisionSide& after = result_.after;
    TRY(const auto old_file, file_(Side::before, FileKind::settings));
    TRY(const auto new_file, file_(Side::after, FileKind::settings));
    result_.settings_path = new_file ? after.settings_path : before.settings_path;
    if (new_file) {
      after.settings_file = identity_of(*new_file);
      Result<Settings> settings =
          read_settings(new_file->bytes, after.settings_path, result_.types);
      if (!settings) {
        Error error = std::move(settings).error();
        mark_side(error.diagnostics, Side::after);
        return error;
      }
      after.settings = std::move(settings).value();
    }
    if (old_file) {
      before.settings_file = identity_of(*old_file);
      Result<Settings> settings =
          read_settings(old_file->bytes, before.settings_path, result_.types);
      if (settings) {
        before.settings = std::move(settings).value();
      } else {
        judge_without_old_settings(settings.error().first());
      }
    }
    note_settings_change();
    return {};
  }

  Result<void> read_configs() {
    TRY(const auto old_file, file_(Side::before, FileKind::config));
    TRY(const auto new_file, file_(Side::after, FileKind::config));
    if (new_file) {
      result_.after.config = identity_of(*new_file);
      Result<Snapshot> snapshot = read_config(new_file->bytes, result_.after.config_path);
      if (!snapshot) {
        Error error = std::move(snapshot).error();
        mark_side(error.diagnostics, Side::after);
        return error;
      }
      result_.after.snapshot = std::move(snapshot).value();
      mark_side(result_.after.snapshot.diagnostics, Side::after);
    }
    if (!old_file) return {};
    if (new_file && old_file->blob == new_file->blob) {
      result_.before.config = result_.after.config;
      result_.before.snapshot = result_.after.snapshot;
      return {};
    }
    result_.before.config = identity_of(*old_file);
    Result<Snapshot> snapshot = read_past_config(old_file->bytes, result_.before.config_path);
    if (!snapshot) return in_base(std::move(snapshot).error(), result_.before.commit);
    result_.before.snapshot = std::move(snapshot).value();
    mark_side(result_.before.snapshot.diagnostics, Side::before);
    note_past_mistakes();
    return {};
  }

 private:
  // Warnings about the base alone are nobody's business any more; that it was read with a mistake
  // in it is.
  void note_past_mistakes() {
    for (const Diagnostic& diagnostic : result_.before.snapshot.diagnostics) {
      if (catalog_entry(diagnostic.code).severity == Severity::error)
        result_.diagnostics.push_back(diagnostic);
    }
  }

  // A broken file on the trusted side must not block the change that mends it, and must not relax
  // anything either: the default guards count, and no route is taken for changed.
  void judge_without_old_settings(const Diagnostic& reason) {
    result_.before.settings = {};
    result_.before.settings.routes = result_.after.settings.routes;
    Diagnostic diagnostic = reason;
    diagnostic.severity = Severity::warning;
    diagnostic.message = fmt::format(
        "the settings of the base cannot be read, so the default guards count: {}", reason.message);
    diagnostic.where.side = Side::before;
    result_.diagnostics.push_back(std::move(diagnostic));
  }

  void note_settings_change() {
    const auto& before = result_.before.settings_file;
    const auto& after = result_.after.settings_file;
    const bool same =
        before.has_value() == after.has_value() && (!before || before->blob == after->blob);
    if (same || result_.before.commit.id.empty()) return;
    const std::string_view what = !before ? "is added" : !after ? "is deleted" : "changes";
    result_.diagnostics.push_back(
        fail(Code::settings_changed,
             "{} {} here; guards are the stricter ones of both sides, the policy is that of the "
             "base; routes are the new ones",
             result_.settings_path, what)
            .at({result_.settings_path, 0, 0, after ? Side::after : Side::before})
            .hint("what it relaxes takes effect for the changes after this one")
            .first());
  }

  FileSource file_;
  Revisions& result_;
};

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
  RevisionReader reader(
      [&](Side side, FileKind kind) -> Result<std::optional<GitFile>> {
        const RevisionSide& of = side == Side::before ? result.before : result.after;
        const bool is_config = kind == FileKind::config;
        const std::string& path = is_config ? of.config_path : of.settings_path;
        if (of.commit.id.empty() || path.empty()) return std::optional<GitFile>();
        return repository.file(of.commit, path, is_config ? kMaxConfigBytes : kMaxSettingsBytes);
      },
      result);
  TRY_VOID(reader.read_settings_files());
  TRY_VOID(reader.read_configs());
  if (places.may_be_decoy) TRY_VOID(require_no_decoy(repository, result));
  TRY(result.kept_elsewhere, kept_elsewhere(repository, result.after.commit, result));
  return result;
}

bool is_about_base(const Error& error) {
  return error.kind == ErrorKind::config && error.first().where.side == Side::before;
}

}  // namespace

// A base that Prow could not read either was never in force: what came before it was. So nobody is
// stopped by a commit that is in the history for good, unless it was named.
Result<Revisions> read_revisions(const RevisionRequest& request, const PluginTypes& types) {
  constexpr int kMaxSteps = 100;  // real histories have one or two in a row
  TRY(const GitRepository repository, GitRepository::open(request.repository));
  TRY(ChosenCommits chosen, choose_commits(repository, request.base, request.head));
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
  RevisionReader reader(
      [&](Side side, FileKind kind) -> Result<std::optional<GitFile>> {
        const SideContent& content = side == Side::before ? before : after;
        const bool is_config = kind == FileKind::config;
        const std::string& id = is_config ? content.config : content.settings;
        if (id.empty()) return std::optional<GitFile>();
        TRY(GitFile file, opened.blob(id, is_config ? kMaxConfigBytes : kMaxSettingsBytes));
        return std::optional<GitFile>(std::move(file));
      },
      result);
  TRY_VOID(reader.read_settings_files());
  TRY_VOID(reader.read_configs());
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
