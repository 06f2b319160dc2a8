// SPDX-License-Identifier: Apache-2.0
#include "core/config/revision_reader.h"

#include <future>
#include <utility>

#include <fmt/format.h>

#include "core/base/digest.h"
#include "core/config/locate.h"
#include "core/config/read_config.h"

namespace hookplan {
namespace {

// Up to here a look at a file costs less than starting the process.
constexpr std::uint64_t kSmallBytes = std::uint64_t{256} << 10;

// From here on a thread costs less than it brings.
constexpr std::uint64_t kLargeBytes = std::uint64_t{512} << 10;

void mark_side(std::vector<Diagnostic>& diagnostics, Side side) {
  for (Diagnostic& diagnostic : diagnostics) diagnostic.where.side = side;
}

FileIdentity identity_of(const GitFile& file) {
  return {file.blob, sha256_hex(file.bytes), file.bytes.size()};
}

// The error of a named base that cannot be read says how to get past it: the fix must not be
// blocked by what it fixes. Where the base was not named, an older one is taken (revisions.cc).
Error in_base(Error error, const GitCommit& commit) {
  mark_side(error.diagnostics, Side::before);
  Diagnostic& first = error.diagnostics.front();
  first.hint += fmt::format(
      "{}the base {} itself has this mistake: name an older base that can be read, "
      "hookplan plan BASE HEAD",
      first.hint.empty() ? "" : "; ", commit.id.substr(0, 12));
  return error;
}

std::string note_of(const ConfigFile& file, const ScanNotes& notes) {
  std::string note = fmt::format("{}: {} plain entries, {} other plain lines", file.what,
                                 notes.plain_entries, notes.plain_lines);
  if (notes.declined_line != 0) {
    note += fmt::format("; line {} was left to the YAML readers: {}", notes.declined_line,
                        notes.reason);
  }
  return note;
}

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

}  // namespace

struct RevisionReader::ConfigReading {
  FileIdentity file;
  bool names_section;
  Result<Snapshot> snapshot;
  std::string note;
};

Result<void> RevisionReader::read_settings_files() {
  RevisionSide& before = result_.before;
  RevisionSide& after = result_.after;
  TRY(const auto old_file, sources_.settings(Side::before));
  TRY(const auto new_file, sources_.settings(Side::after));
  result_.settings_path = new_file ? after.settings_path : before.settings_path;
  if (new_file) {
    after.settings_file = identity_of(*new_file);
    Result<Settings> settings = read_settings(new_file->bytes, after.settings_path, result_.types);
    if (!settings) {
      Error error = std::move(settings).error();
      mark_side(error.diagnostics, Side::after);
      return error;
    }
    after.settings = std::move(settings).value();
  }
  if (old_file) {
    before.settings_file = identity_of(*old_file);
    Result<Settings> settings = read_settings(old_file->bytes, before.settings_path, result_.types);
    if (settings) {
      before.settings = std::move(settings).value();
    } else {
      judge_without_old_settings(settings.error().first());
    }
  }
  note_settings_change();
  return {};
}

// A broken file on the trusted side must not block the change that mends it, and must not relax
// anything either: the default guards count, and no route is taken for changed.
void RevisionReader::judge_without_old_settings(const Diagnostic& reason) {
  result_.before.settings = {};
  result_.before.settings.routes = result_.after.settings.routes;
  Diagnostic diagnostic = reason;
  diagnostic.severity = Severity::warning;
  diagnostic.message = fmt::format(
      "the settings of the base cannot be read, so the default guards count: {}", reason.message);
  diagnostic.where.side = Side::before;
  result_.diagnostics.push_back(std::move(diagnostic));
}

void RevisionReader::note_settings_change() {
  const auto& before = result_.before.settings_file;
  const auto& after = result_.after.settings_file;
  if (result_.has_one_settings_file() || result_.before.commit.id.empty()) return;
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

// Warnings about the base alone are nobody's business any more; that it was read with a mistake in
// it is.
void RevisionReader::note_past_mistakes() {
  for (const Diagnostic& diagnostic : result_.before.snapshot.diagnostics) {
    if (catalog_entry(diagnostic.code).severity == Severity::error)
      result_.diagnostics.push_back(diagnostic);
  }
}

Result<void> RevisionReader::read_configs(ReadExtent extent) {
  RevisionSide& before = result_.before;
  RevisionSide& after = result_.after;
  TRY(const auto old_file, sources_.config(Side::before));
  TRY(const auto new_file, sources_.config(Side::after));
  const bool same = old_file && new_file && old_file->blob == new_file->blob;
  const bool may_stay_unread = same && extent == ReadExtent::changes &&
                               before.config_path == after.config_path &&
                               result_.has_one_settings_file();
  if (may_stay_unread) {
    TRY(const bool is_unread, leave_unread(*new_file));
    if (is_unread) return {};
  }
  TRY_VOID(read_sides(same ? std::nullopt : old_file, new_file));
  if (same) {
    before.config = after.config;
    before.snapshot = after.snapshot;
  } else if (old_file) {
    note_past_mistakes();
  }
  return {};
}

// One content at one path under one settings file: it asks for nothing, whatever it says. A small
// one is read all the same, for that costs nothing, and what is wrong with it is said, whoever
// wrote it. Where another file changed that could be the config, and nobody named this one, it must
// speak of the section, or it may be the wrong one.
Result<bool> RevisionReader::leave_unread(const ConfigFile& file) {
  TRY(const std::uint64_t size, sources_.repository.content_size(file.blob, file.what));
  if (size <= kSmallBytes) return false;
  const bool may_be_another =
      sources_.is_unseen && sources_.repository.may_differ(result_.before.commit,
                                                           result_.after.commit, {".yaml", ".yml"});
  if (may_be_another) {
    const Rehashing rehashing(size < kLargeBytes || sources_.verify_objects);
    const Result<GitContent> content =
        sources_.repository.content(file.blob, kMaxConfigBytes, file.what);
    if (!content && sources_.is_unseen) return content.error();
    if (content && !hookplan::names_the_section(content->bytes)) return false;
  }
  names_section_ = true;
  result_.before.config = result_.after.config = FileIdentity{file.blob, {}, size};
  return true;
}

// Where both are large, each has a thread and a handle of the repository to itself.
Result<void> RevisionReader::read_sides(const std::optional<ConfigFile>& old_file,
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
      return read(repository, *old_file, Side::before);
    });
  }
  std::optional<Result<ConfigReading>> after;
  std::optional<Result<ConfigReading>> before;
  if (new_file) after = read(sources_.repository, *new_file, Side::after);
  if (other.valid()) {
    before = other.get();
  } else if (old_file && (!after || *after)) {
    before = read(sources_.repository, *old_file, Side::before);
  }
  if (after) TRY_VOID(keep(std::move(*after), Side::after));
  if (before) TRY_VOID(keep(std::move(*before), Side::before));
  return {};
}

// The older side is history, and read as Prow read it.
Result<RevisionReader::ConfigReading> RevisionReader::read(const GitRepository& repository,
                                                           const ConfigFile& file,
                                                           Side side) const {
  TRY(const GitContent content, repository.content(file.blob, kMaxConfigBytes, file.what));
  const bool is_past = side == Side::before;
  const std::string& path = is_past ? result_.before.config_path : result_.after.config_path;
  ScanNotes notes;
  Result<Snapshot> snapshot = is_past ? read_past_config(content.bytes, path, &notes)
                                      : read_config(content.bytes, path, &notes);
  return ConfigReading{{file.blob, sha256_hex(content.bytes), content.bytes.size()},
                       sources_.is_unseen && hookplan::names_the_section(content.bytes),
                       std::move(snapshot),
                       note_of(file, notes)};
}

Result<void> RevisionReader::keep(Result<ConfigReading> read, Side name) {
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

}  // namespace hookplan
