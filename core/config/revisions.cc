// SPDX-License-Identifier: Apache-2.0
#include "core/config/revisions.h"

#include <functional>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/config/locate.h"
#include "core/config/other_configs.h"
#include "core/config/read_config.h"

namespace hookplan {
namespace {

struct Bases {
  GitCommit base = {};  // empty: compare with nothing
  GitCommit head = {};
  std::string rule = {};
};

Result<Bases> choose_commits(const GitRepository& repository, const RevisionRequest& request) {
  Bases chosen;
  const std::string head = request.head.empty() ? "HEAD" : request.head;
  TRY(chosen.head, repository.commit(head));
  if (!request.base.empty()) {
    TRY(chosen.base, repository.commit(request.base));
    chosen.rule = fmt::format("named on the command line: {}", request.base);
  } else if (chosen.head.first_parent.empty()) {
    chosen.rule = fmt::format("{} is the first commit, compared with nothing", head);
  } else {
    TRY(chosen.base, repository.first_parent_of(chosen.head));
    chosen.rule = fmt::format("first parent of {}", head);
  }
  return chosen;
}

void mark_side(std::vector<Diagnostic>& diagnostics, Side side) {
  for (Diagnostic& diagnostic : diagnostics) diagnostic.where.side = side;
}

FileIdentity identity_of(const GitFile& file) {
  return {file.blob, sha256_hex(file.bytes), file.bytes.size()};
}

// The error of a base that cannot be read says how to get past it: the fix must not be blocked by
// what it fixes.
Error in_base(Error error, const GitCommit& commit) {
  mark_side(error.diagnostics, Side::before);
  Diagnostic& first = error.diagnostics.front();
  first.hint += fmt::format(
      "{}the base {} itself has this mistake: name an older base that can be read, "
      "hookplan plan BASE HEAD",
      first.hint.empty() ? "" : "; ", commit.id.substr(0, 12));
  return error;
}

// The config of a side, before it is read.
struct ConfigFile {
  std::string blob;
  std::string what;  // in messages
};

// Where the files of a side come from; nothing where it has none.
struct Sources {
  const GitRepository& repository;
  const std::filesystem::path& directory;  // where that is
  std::function<Result<std::optional<ConfigFile>>(Side)> config;
  std::function<Result<std::optional<GitFile>>(Side)> settings;
  bool is_config_guessed = false;  // see ConfigPath::is_unread
  bool verify_objects = false;
};

struct ConfigReading {
  FileIdentity file;
  bool names_section;
  Result<Snapshot> snapshot;
  std::string note;
};

// From here on a thread costs less than it brings.
constexpr std::uint64_t kLargeBytes = std::uint64_t{512} << 10;

// libgit2 hashes every object again that it reads. That takes longer than all else where a config
// is large, and git does not do it. Small objects, trees and commits are always hashed.
class Rehashing {
 public:
  explicit Rehashing(bool on) : on_(on) {
    if (!on_) GitRepository::hash_objects(false);
  }
  Rehashing(const Rehashing&) = delete;
  Rehashing& operator=(const Rehashing&) = delete;
  ~Rehashing() {
    if (!on_) GitRepository::hash_objects(true);
  }

 private:
  bool on_;
};

class RevisionReader {
 public:
  RevisionReader(Sources sources, Revisions& result)
      : sources_(std::move(sources)), result_(result) {}

  Result<void> read_settings_files() {
    RevisionSide& before = result_.before;
    RevisionSide& after = result_.after;
    TRY(const auto old_file, sources_.settings(Side::before));
    TRY(const auto new_file, sources_.settings(Side::after));
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

  Result<void> read_configs(Reading reading) {
    RevisionSide& before = result_.before;
    RevisionSide& after = result_.after;
    TRY(const auto old_file, sources_.config(Side::before));
    TRY(const auto new_file, sources_.config(Side::after));
    const bool same = old_file && new_file && old_file->blob == new_file->blob;
    if (same && reading == Reading::changes && has_one_settings_file()) {
      TRY(const std::uint64_t size,
          sources_.repository.content_size(new_file->blob, new_file->what));
      before.config = after.config = FileIdentity{new_file->blob, {}, size};
      return {};
    }
    TRY_VOID(read_sides(same ? std::nullopt : old_file, new_file));
    if (same) {
      before.config = after.config;
      before.snapshot = after.snapshot;
    }
    if (sources_.is_config_guessed && !names_section_) {
      result_.config_path_rule += ", without managed_webhooks";
    }
    return {};
  }

 private:
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

  bool has_one_settings_file() const {
    const auto& before = result_.before.settings_file;
    const auto& after = result_.after.settings_file;
    return before.has_value() == after.has_value() && (!before || before->blob == after->blob);
  }

  // Where both are large, each has a thread and a handle of the repository to itself.
  Result<void> read_sides(const std::optional<ConfigFile>& old_file,
                          const std::optional<ConfigFile>& new_file) {
    std::uint64_t bytes = 0;
    for (const auto* const file : {&old_file, &new_file}) {
      if (!*file) continue;
      TRY(const std::uint64_t size, sources_.repository.content_size((*file)->blob, (*file)->what));
      bytes += size;
    }
    const bool large = bytes >= kLargeBytes;
    const Rehashing rehashing(!large || sources_.verify_objects);
    std::future<Result<ConfigReading>> other;
    if (large && old_file && new_file) {
      other = std::async(std::launch::async, [&]() -> Result<ConfigReading> {
        TRY(const GitRepository repository, GitRepository::open(sources_.directory));
        return read(repository, *old_file);
      });
    }
    std::optional<Result<ConfigReading>> after;
    std::optional<Result<ConfigReading>> before;
    if (new_file) after = read(sources_.repository, *new_file);
    if (other.valid()) {
      before = other.get();
    } else if (old_file && (!after || *after)) {
      before = read(sources_.repository, *old_file);
    }
    if (after) TRY_VOID(keep(std::move(*after), Side::after));
    if (before) TRY_VOID(keep(std::move(*before), Side::before));
    return {};
  }

  Result<ConfigReading> read(const GitRepository& repository, const ConfigFile& file) const {
    TRY(const GitContent content, repository.content(file.blob, kMaxConfigBytes, file.what));
    ScanNotes notes;
    Result<Snapshot> snapshot = read_config(content.bytes, result_.config_path, &notes);
    return ConfigReading{{file.blob, sha256_hex(content.bytes), content.bytes.size()},
                         sources_.is_config_guessed && names_the_section(content.bytes),
                         std::move(snapshot),
                         fmt::format("{}: {} plain entries{}", file.what, notes.plain_entries,
                                     notes.declined_line == 0
                                         ? std::string()
                                         : fmt::format("; line {} was left to the YAML readers: {}",
                                                       notes.declined_line, notes.reason))};
  }

  Result<void> keep(Result<ConfigReading> read, Side name) {
    if (!read) return std::move(read).error();
    RevisionSide& side = name == Side::before ? result_.before : result_.after;
    side.config = std::move(read->file);
    names_section_ = names_section_ || read->names_section;
    result_.notes.push_back(std::move(read->note));
    if (!read->snapshot) {
      if (name == Side::before) return in_base(std::move(read->snapshot).error(), side.commit);
      Error error = std::move(read->snapshot).error();
      mark_side(error.diagnostics, name);
      return error;
    }
    side.snapshot = std::move(read->snapshot).value();
    mark_side(side.snapshot.diagnostics, name);
    return {};
  }

  void note_settings_change() {
    const auto& before = result_.before.settings_file;
    const auto& after = result_.after.settings_file;
    if (has_one_settings_file() || result_.before.commit.id.empty()) return;
    const std::string_view what = !before ? "is added" : !after ? "is deleted" : "changes";
    result_.diagnostics.push_back(
        fail(Code::settings_changed,
             "{} {} here; guards are those of the base, and so is the policy; routes are the new "
             "ones",
             result_.settings_path, what)
            .at({result_.settings_path, 0, 0, after ? Side::after : Side::before})
            .hint("guards and policy take effect for the changes after this one")
            .first());
  }

  Sources sources_;
  Revisions& result_;
  bool names_section_ = false;
};

// What the settings of the base say about where the config is: those that are named, else those at
// the top. Broken ones say nothing; they are complained about when they are read for good.
Result<std::string> configured_path(const GitRepository& repository, const GitCommit& base,
                                    std::string_view settings_path, const PluginTypes& types) {
  TRY(const std::string path, locate_settings(repository, base, "", settings_path));
  if (path.empty()) return path;
  TRY(const auto file, repository.file(base, path, kMaxSettingsBytes));
  Result<Settings> settings = read_settings(file->bytes, path, types);
  return settings ? std::move(settings->config) : std::string();
}

}  // namespace

Result<Revisions> read_revisions(const RevisionRequest& request, const PluginTypes& types) {
  TRY(const GitRepository repository, GitRepository::open(request.repository));
  TRY(const Bases chosen, choose_commits(repository, request));
  Revisions result;
  result.types = types;
  result.repository = repository.origin();
  result.base_rule = chosen.rule;
  result.before.commit = chosen.base;
  result.after.commit = chosen.head;
  std::string configured;
  if (request.config_path.empty()) {
    TRY(configured, configured_path(repository, chosen.base, request.settings_path, types));
  }
  TRY(const ConfigPath config,
      locate_config(repository, chosen.base, chosen.head, request.config_path, configured));
  result.config_path = config.path;
  result.config_path_rule = config.rule;
  // Each side by its own nearest file: a nearer one that comes with a change must not judge it.
  for (RevisionSide* const side : {&result.before, &result.after}) {
    TRY(side->settings_path,
        locate_settings(repository, side->commit, config.path, request.settings_path));
  }
  if (!request.settings_path.empty() && result.before.settings_path.empty() &&
      result.after.settings_path.empty()) {
    return fail(Code::config_not_found, "neither revision has {} (--settings)",
                printable(request.settings_path))
        .hint("name a settings file from the top of the repository");
  }
  const auto side_of = [&](Side side) -> const RevisionSide& {
    return side == Side::before ? result.before : result.after;
  };
  const auto config_at = [&](Side side) -> Result<std::optional<ConfigFile>> {
    const GitCommit& commit = side_of(side).commit;
    if (commit.id.empty()) return std::optional<ConfigFile>();
    TRY(const auto id, repository.blob_id(commit, config.path));
    if (!id) return std::optional<ConfigFile>();
    return std::optional(
        ConfigFile{*id, fmt::format("{} at {}", printable(config.path), commit.id.substr(0, 12))});
  };
  const auto settings_at = [&](Side side) -> Result<std::optional<GitFile>> {
    const RevisionSide& of = side_of(side);
    if (of.commit.id.empty() || of.settings_path.empty()) return std::optional<GitFile>();
    return repository.file(of.commit, of.settings_path, kMaxSettingsBytes);
  };
  RevisionReader reader({repository, request.repository, config_at, settings_at, config.is_unread,
                         request.verify_objects},
                        result);
  TRY_VOID(reader.read_settings_files());
  TRY_VOID(reader.read_configs(request.reading));
  if (result.is_unread()) return result;
  TRY(result.kept_elsewhere, kept_elsewhere(repository, result.after.commit, result));
  return result;
}

Result<Revisions> read_contents(const std::filesystem::path& repository,
                                const std::string& config_path, const SideContent& before,
                                const SideContent& after, const PluginTypes& types) {
  TRY(const GitRepository opened, GitRepository::open(repository));
  Revisions result;
  result.types = types;
  result.config_path = config_path;
  result.before.commit = before.commit;
  result.before.settings_path = before.settings_path;
  result.after.commit = after.commit;
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
  TRY_VOID(reader.read_configs(Reading::everything));
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
