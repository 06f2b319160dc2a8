// SPDX-License-Identifier: Apache-2.0
#include "core/config/read_config.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/yaml/section_scan.h"
#include "core/yaml/skeleton_visitor.h"
#include "core/yaml/yaml_bytes.h"
#include "core/yaml/yaml_scalar.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {
namespace {

constexpr std::string_view kSection = "managed_webhooks";
constexpr std::string_view kEntries = "org_repo_config";
constexpr std::string_view kRespect = "respect_legacy_global_token";
constexpr std::string_view kAccept = "auto_accept_invitation";
constexpr std::string_view kCreatedAfter = "token_created_after";
constexpr std::size_t kMaxReported = 20;  // more errors than that have one common cause

// As encoding/json compares field names: any case, and two letters beyond ASCII that fold to s and
// k.
std::string folded(std::string_view name) {
  std::string lower = ascii_lower(name);
  for (const auto& [from, to] : {std::pair{"\xC5\xBF", 's'}, std::pair{"\xE2\x84\xAA", 'k'}}) {
    for (std::size_t at = lower.find(from); at != std::string::npos; at = lower.find(from)) {
      lower.replace(at, std::string_view(from).size(), 1, to);
    }
  }
  return lower;
}

class SectionReader : public YamlVisitor {
 public:
  explicit SectionReader(std::string_view path) : path_(path) {}

  void key(const YamlNode& node) override {
    last_line_ = node.at.line;
    switch (where_.back()) {
      case Where::root: return key_of_root(node);
      case Where::section: return key_of_section(node);
      case Where::entries: return key_of_entries(node);
      case Where::entry: return key_of_entry(node);
      case Where::outside: return;
    }
  }

  void value(const YamlNode& node) override {
    // Nothing has no place of its own; its mark is that of whatever comes next.
    if (node.kind != YamlKind::null) last_line_ = node.at.line;
    if (where_.empty()) return value_of_root(node);
    switch (where_.back()) {
      case Where::root: return value_in_root(node);
      case Where::section: return value_in_section(node);
      case Where::entries: return value_in_entries(node);
      case Where::entry: return value_in_entry(node);
      case Where::outside: return open_outside(node);
    }
  }

  void close() override {
    const Where closed = where_.back();
    where_.pop_back();
    switch (closed) {
      case Where::section: snapshot_.section.end_line = last_line_; break;
      case Where::entry: close_entry(); break;
      case Where::root:
      case Where::entries:
      case Where::outside: break;
    }
  }

  // Entries that were read in another way than by visiting their nodes, without a mistake in them.
  void add(std::vector<Entry> entries) {
    sort_by_name(snapshot_.entries);
    sort_by_name(entries);
    std::vector<Entry> all;
    all.reserve(entries.size() + snapshot_.entries.size());
    std::merge(std::move_iterator(entries.begin()), std::move_iterator(entries.end()),
               std::move_iterator(snapshot_.entries.begin()),
               std::move_iterator(snapshot_.entries.end()), std::back_inserter(all), is_before);
    snapshot_.entries = std::move(all);
  }

  Result<Snapshot> finish() && {
    sort_entries();
    if (!errors_.empty()) return Error(std::move(errors_));
    if (section_seen_) {
      snapshot_.state = snapshot_.entries.empty() ? SectionState::empty : SectionState::filled;
    }
    return std::move(snapshot_);
  }

 private:
  enum class Where { outside, root, section, entries, entry };
  enum class Field { other, section, entries, respect, accept, created_after };

  // The reporting of mistakes.

  void complain(const YamlNode& node, const Error& error) {
    Diagnostic diagnostic = error.first();
    if (!where_.empty() && (where_.back() == Where::entries || where_.back() == Where::entry)) {
      diagnostic.entry = entry_.name;
    }
    diagnostic.where = {std::string(path_), node.at.line, node.at.column};
    if (diagnostic.severity != Severity::error) {
      snapshot_.diagnostics.push_back(std::move(diagnostic));
    } else if (errors_.size() < kMaxReported) {
      errors_.push_back(std::move(diagnostic));
    }
  }

  std::string entry_field() const {
    return fmt::format("{}.{}.{}", kSection, kEntries, excerpt(entry_.name));
  }

  // Aliases, merge keys and tags: true if the node has one, after saying so.
  bool is_indirect(const YamlNode& node, const std::string& field) {
    const bool merge = node.kind == YamlKind::scalar && node.plain && node.text == "<<";
    if (node.kind != YamlKind::alias && !node.tagged && !merge) return false;
    complain(node, fail(Code::indirection_in_section, "{} inside {}",
                        merge         ? "a merge key"
                        : node.tagged ? "an explicit tag"
                                      : "an alias",
                        kSection)
                       .field(field));
    return true;
  }

  // Which of `fields` a key means; complains about unusual case, duplicates and unknown names.
  Field known_field(const YamlNode& node,
                    const std::vector<std::pair<std::string_view, Field>>& fields,
                    std::string_view parent, std::map<Field, YamlPosition>& seen) {
    const std::string path = fmt::format("{}.{}", parent, excerpt(node.text));
    if (is_indirect(node, std::string(parent))) return Field::other;
    const std::string name = folded(node.text);
    for (const auto& [known, field] : fields) {
      if (name != known) continue;
      note_case(node, known, path);
      const auto [first, is_new] = seen.emplace(field, node.at);
      if (!is_new) complain_duplicate(node, known, first->second, path);
      return field;
    }
    std::vector<std::string_view> names;
    names.reserve(fields.size());
    for (const auto& [known, field] : fields) names.push_back(known);
    const std::string_view near = nearest(node.text, names);
    complain(node,
             fail(Code::unknown_field, "unknown field {}", excerpt(node.text))
                 .field(path)
                 .hint(near.empty() ? fmt::format("{} knows {}", parent, fmt::join(names, ", "))
                                    : fmt::format("did you mean {}?", near)));
    return Field::other;
  }

  void note_case(const YamlNode& node, std::string_view known, const std::string& field) {
    if (node.text == known) return;
    complain(node, fail(Code::field_name_case, "Prow reads {} as {}, other tools do not",
                        excerpt(node.text), known)
                       .field(field)
                       .hint("write {}", known));
  }

  void complain_duplicate(const YamlNode& node, std::string_view name, YamlPosition first,
                          const std::string& field) {
    complain(node, fail(Code::duplicate_key, "{} stands here and already in line {}", excerpt(name),
                        first.line)
                       .field(field));
  }

  // The levels, from the root inwards.

  void value_of_root(const YamlNode& node) {
    if (node.kind == YamlKind::map) {
      where_.push_back(Where::root);
    } else if (node.kind == YamlKind::sequence) {
      not_a_mapping(node);
      where_.push_back(Where::outside);
    } else if (node.kind != YamlKind::null) {
      not_a_mapping(node);
    }
  }

  void not_a_mapping(const YamlNode& node) {
    complain(node, fail(Code::root_not_mapping, "a Prow config is a mapping of keys to values"));
  }

  void key_of_root(const YamlNode& node) {
    field_ = Field::other;
    if (node.kind == YamlKind::alias) {
      complain(node, fail(Code::ambiguous_yaml, "an alias as a key at the top level")
                         .hint("write the key out"));
      return;
    }
    if (node.plain && node.text == "<<") {
      complain(node, fail(Code::merge_at_root,
                          "a merge key at the top level could bring in managed_webhooks"));
      return;
    }
    if (folded(node.text) != kSection) return;
    field_ = Field::section;
    note_case(node, kSection, std::string(kSection));
    if (section_seen_) {
      complain_duplicate(node, kSection, section_at_, std::string(kSection));
    }
    section_seen_ = true;
    section_at_ = node.at;
    snapshot_.section = {node.at.line, node.at.line};
  }

  void value_in_root(const YamlNode& node) {
    if (field_ != Field::section) return open_outside(node);
    if (is_indirect(node, std::string(kSection)) || node.kind == YamlKind::null) {
      open_outside(node);
    } else if (node.kind == YamlKind::map) {
      where_.push_back(Where::section);
      section_fields_.clear();
    } else {
      complain(node, fail(Code::section_not_mapping, "{} is not a mapping", kSection)
                         .field(kSection)
                         .hint("write its fields below it, indented"));
      open_outside(node);
    }
  }

  void key_of_section(const YamlNode& node) {
    static const std::vector<std::pair<std::string_view, Field>> kFields = {
        {kEntries, Field::entries}, {kRespect, Field::respect}, {kAccept, Field::accept}};
    field_ = known_field(node, kFields, kSection, section_fields_);
    field_line_ = node.at.line;
  }

  void value_in_section(const YamlNode& node) {
    switch (field_) {
      case Field::entries: return value_of_entries(node);
      case Field::respect:
        return value_of_flag(node, snapshot_.respect_legacy_global_token, kRespect);
      case Field::accept: return value_of_flag(node, snapshot_.auto_accept_invitation, kAccept);
      case Field::other:
      case Field::section:
      case Field::created_after: return open_outside(node);
    }
  }

  void value_of_entries(const YamlNode& node) {
    const std::string field = fmt::format("{}.{}", kSection, kEntries);
    if (is_indirect(node, field) || node.kind == YamlKind::null) {
      open_outside(node);
    } else if (node.kind == YamlKind::map) {
      where_.push_back(Where::entries);
    } else {
      complain(node, fail(Code::entries_not_mapping, "{} is not a mapping", kEntries)
                         .field(field)
                         .hint("write one `org` or `org/repo` per line below it, indented"));
      open_outside(node);
    }
  }

  void value_of_flag(const YamlNode& node, Flag& flag, std::string_view name) {
    const std::string field = fmt::format("{}.{}", kSection, name);
    const std::optional<bool> value = node.kind == YamlKind::scalar && node.plain && !node.tagged
                                          ? plain_boolean(node.text)
                                          : std::nullopt;
    flag = {value.value_or(false), {field_line_, last_line_}};
    if (value || node.kind == YamlKind::null || is_indirect(node, field)) return open_outside(node);
    complain(node, fail(Code::not_a_boolean,
                        node.kind == YamlKind::scalar
                            ? fmt::format("{} is {}, not true or false", name, excerpt(node.text))
                            : fmt::format("{} is not true or false", name))
                       .field(field));
    open_outside(node);
  }

  void key_of_entries(const YamlNode& node) {
    entry_ = {};
    entry_.name = node.text;
    entry_.lines = {node.at.line, node.at.line};
    entry_at_ = node.at;
    entry_fields_.clear();
    if (is_indirect(node, fmt::format("{}.{}", kSection, kEntries))) return;
    if (node.plain && !plain_key_keeps_its_text(node.text)) {
      complain(node, fail(Code::bare_key_changes,
                          "YAML reads the bare key {} as something else than these characters",
                          excerpt(node.text))
                         .field(entry_field())
                         .hint("write \"{}\" in quotes", excerpt(node.text)));
    }
  }

  void value_in_entries(const YamlNode& node) {
    if (node.kind == YamlKind::map && !node.tagged) {
      where_.push_back(Where::entry);
      return;
    }
    if (node.kind == YamlKind::null) {
      close_entry();
      return;
    }
    if (!is_indirect(node, entry_field())) {
      complain(
          node,
          fail(Code::entry_not_mapping, "the entry {} is not a mapping", excerpt(entry_.name))
              .field(entry_field())
              .hint("write {}: {{{}: 2026-01-31T00:00:00Z}}", excerpt(entry_.name), kCreatedAfter));
    }
    open_outside(node);
  }

  void key_of_entry(const YamlNode& node) {
    static const std::vector<std::pair<std::string_view, Field>> kFields = {
        {kCreatedAfter, Field::created_after}};
    field_ = known_field(node, kFields, entry_field(), entry_fields_);
  }

  void value_in_entry(const YamlNode& node) {
    if (field_ != Field::created_after) return open_outside(node);
    const std::string field = fmt::format("{}.{}", entry_field(), kCreatedAfter);
    if (node.kind == YamlKind::null || is_indirect(node, field)) return open_outside(node);
    const std::optional<Instant> instant =
        node.kind == YamlKind::scalar ? instant_from_rfc3339(node.text) : std::nullopt;
    if (instant) {
      entry_.token_created_after = *instant;
      timestamp_given_ = true;
    } else {
      complain(node, fail(Code::bad_timestamp,
                          node.kind == YamlKind::scalar
                              ? fmt::format("{} is not a timestamp", excerpt(node.text))
                              : std::string("a timestamp is one value, not a list or mapping"))
                         .field(field));
    }
    open_outside(node);
  }

  void close_entry() {
    entry_.lines.end_line = std::max(entry_.lines.line, last_line_);
    if (!std::exchange(timestamp_given_, false) && errors_.empty()) {
      const YamlNode at{.at = entry_at_};
      complain(at, fail(Code::no_timestamp, "{} has no {}, so it is never rotated",
                        excerpt(entry_.name), kCreatedAfter)
                       .field(entry_field())
                       .hint("add {}", kCreatedAfter));
    }
    snapshot_.entries.push_back(std::move(entry_));
    entry_ = {};
  }

  void open_outside(const YamlNode& node) {
    if (node.kind == YamlKind::map || node.kind == YamlKind::sequence) {
      where_.push_back(Where::outside);
    }
  }

  // By name; those of one name in the order of the text.
  static bool is_before(const Entry& a, const Entry& b) {
    const int order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.lines.line < b.lines.line;
  }

  static void sort_by_name(std::vector<Entry>& entries) {
    if (!std::ranges::is_sorted(entries, is_before)) std::ranges::stable_sort(entries, is_before);
  }

  void sort_entries() {
    std::vector<Entry>& entries = snapshot_.entries;
    sort_by_name(entries);
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i - 1].name != entries[i].name) continue;
      entry_ = entries[i];
      const YamlNode node{.at = {entries[i].lines.line, 0}};
      complain_duplicate(node, entries[i].name, {entries[i - 1].lines.line, 0}, entry_field());
      if (errors_.size() >= kMaxReported) return;
    }
  }

  std::string_view path_;
  std::vector<Where> where_;
  Field field_ = Field::other;
  std::uint32_t field_line_ = 0;
  std::uint32_t last_line_ = 0;
  bool section_seen_ = false;
  YamlPosition section_at_;
  std::map<Field, YamlPosition> section_fields_;
  std::map<Field, YamlPosition> entry_fields_;
  Entry entry_;
  YamlPosition entry_at_;
  bool timestamp_given_ = false;
  Snapshot snapshot_;
  std::vector<Diagnostic> errors_;
};

// What the YAML readers are given, which take a microsecond for every four bytes.
Result<void> require_readable_size(std::size_t bytes, std::string_view path) {
  constexpr std::size_t kMax = std::size_t{16} << 20;
  if (bytes <= kMax) return {};
  return fail(Code::file_too_large,
              "the file has {} bytes that are not entries in the usual form, the limit is {}",
              bytes, kMax)
      .at(path);
}

// A mistake in a skeleton, at the line that it has in the text.
Error in_text(Error error, const SectionScan& scan) {
  for (Diagnostic& each : error.diagnostics) each.where.line = scan.line_in_text(each.where.line);
  return error;
}

// Of a valid time in the one form that plain entries have; many times faster than asking the reader
// of all forms.
Instant instant_of(std::string_view time) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : time.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  constexpr std::int64_t kSecondsOfDay = 86'400;
  return {std::chrono::sys_days(day).time_since_epoch().count() * kSecondsOfDay +
              number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2),
          0};
}

std::vector<Entry> entries_of(const SectionScan& scan) {
  std::vector<Entry> entries;
  entries.reserve(scan.entries.size());
  for (const PlainEntry& plain : scan.entries) {
    entries.push_back(
        {std::string(plain.name), instant_of(plain.time), {plain.line, plain.end_line}});
  }
  return entries;
}

}  // namespace

Result<Snapshot> read_config_by_reference(std::string_view bytes, std::string_view path) {
  TRY_VOID(require_readable_size(bytes.size(), path));
  SectionReader reader(path);
  TRY_VOID(walk_yaml(bytes, path, reader));
  return std::move(reader).finish();
}

Result<Snapshot> read_config(std::string_view bytes, std::string_view path, ScanNotes* notes) {
  TRY(const std::string_view text, yaml_text(bytes, path));
  constexpr SectionWords kWords{kSection, kEntries, kCreatedAfter};
  const SectionScan scan = scan_section(text, kWords);
  if (notes != nullptr) *notes = {scan.entries.size(), scan.declined_line, scan.declined_reason};
  if (scan.entries.empty()) return read_config_by_reference(text, path);
  TRY_VOID(require_readable_size(scan.skeleton.size(), path));
  SectionReader reader(path);
  SkeletonVisitor skeleton(scan, kWords, reader);
  const Result<void> walked = walk_yaml(scan.skeleton, path, skeleton);
  if (walked && skeleton.is_confirmed()) {
    reader.add(entries_of(scan));
    return std::move(reader).finish();
  }
  // A mistake somewhere, or something that only looks like entries: the whole text says what,
  // unless it is too large for that.
  if (notes != nullptr) *notes = {0, 1, "a mistake, or something that looks like entries"};
  Result<Snapshot> whole = read_config_by_reference(text, path);
  if (whole || walked) return whole;
  const Code code = whole.error().first().code;
  const bool too_large = code == Code::too_many_nodes || code == Code::file_too_large;
  return too_large ? in_text(walked.error(), scan) : std::move(whole);
}

}  // namespace hookplan
