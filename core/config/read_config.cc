// SPDX-License-Identifier: Apache-2.0
#include "core/config/read_config.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
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

// Whether mistakes that Prow passes over are refused, or read as it read them.
enum class Reading { present, past };

class SectionReader : public YamlVisitor {
 public:
  SectionReader(std::string_view path, Reading reading) : path_(path), reading_(reading) {}

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

  // `bytes`: the whole text, which says more where the section is missing.
  Result<Snapshot> finish(std::string_view bytes) && {
    if (!section_seen_) look_for_stray(bytes);
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
  // A key as it stood first.
  struct FirstKey {
    YamlPosition at = {};
    std::string text = {};
  };
  using SeenFields = std::map<Field, FirstKey>;

  // A section that Prow does not see is nothing to it, and "no changes" would be all that a
  // comparison ever says.
  void look_for_stray(std::string_view bytes) {
    if (lookalike_) {
      const YamlNode node{.at = lookalike_->at};
      return complain_unless_past(node, fail(Code::section_misplaced, "unknown key {}, and no {}",
                                             excerpt(lookalike_->text), kSection)
                                            .hint("did you mean {}?", kSection));
    }
    const std::size_t at = mention_in(bytes);
    if (at == std::string_view::npos) return;
    const TextPosition place = position_in(bytes, at);
    const YamlNode node{.at = {place.line, place.column}};
    complain_unless_past(
        node, fail(Code::section_misplaced,
                   "{} stands here, and not at the top level where Prow reads it", kSection));
  }

  // Where the section is spoken of outside of comments; npos if nowhere.
  static std::size_t mention_in(std::string_view bytes) {
    const std::string lower = ascii_lower(bytes);
    for (std::size_t at = lower.find(kSection); at != std::string::npos;
         at = lower.find(kSection, at + 1)) {
      const std::size_t begin = lower.rfind('\n', at) + 1;  // npos + 1 is 0
      const std::string_view rest = std::string_view(lower).substr(at + kSection.size());
      const bool is_key = rest.substr(0, 3).find(':') != std::string_view::npos;
      if (is_key && lower.find('#', begin) >= at) return at;
    }
    return std::string_view::npos;
  }

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

  // A mistake that Prow passes over, in the way that the caller then takes, too.
  void complain_unless_past(const YamlNode& node, Error error) {
    if (reading_ == Reading::past) {
      Diagnostic& diagnostic = error.diagnostics.front();
      diagnostic.severity = Severity::warning;
      diagnostic.message = fmt::format("the base is read as Prow read it: {}", diagnostic.message);
      diagnostic.hint = "nothing to do: what is history stays, and the newer side is read strictly";
      if (snapshot_.diagnostics.size() >= kMaxReported) return;
    }
    complain(node, error);
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
                    std::string_view parent, SeenFields& seen) {
    const std::string path = fmt::format("{}.{}", parent, excerpt(node.text));
    if (is_indirect(node, std::string(parent))) return Field::other;
    const std::string name = folded(node.text);
    for (const auto& [known, field] : fields) {
      if (name != known) continue;
      note_case(node, known, path);
      const auto [first, is_new] =
          seen.try_emplace(field, FirstKey{node.at, std::string(node.text)});
      if (is_new) return field;
      complain_duplicate(node, known, first->second, path);
      forget(field);
      return field;
    }
    std::vector<std::string_view> names;
    names.reserve(fields.size());
    for (const auto& [known, field] : fields) names.push_back(known);
    const std::string_view near = nearest(node.text, names);
    complain_unless_past(
        node, fail(Code::unknown_field, "unknown field {}", excerpt(node.text))
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

  // Of two equal keys Prow takes the last. Of two spellings of one field it takes both, one over
  // the other, which is not for us to guess.
  void complain_duplicate(const YamlNode& node, std::string_view name, const FirstKey& first,
                          const std::string& field) {
    Error error = fail(Code::duplicate_key, "{} stands here and already in line {}", excerpt(name),
                       first.at.line)
                      .field(field);
    if (node.text != first.text) return complain(node, error);
    complain_unless_past(node, std::move(error));
  }

  // What the first of two equal keys held does not count: the last one counts alone, also if it
  // holds nothing.
  void forget(Field field) {
    switch (field) {
      case Field::section:
        snapshot_.respect_legacy_global_token = {};
        snapshot_.auto_accept_invitation = {};
        snapshot_.entries.clear();
        return;
      case Field::entries: return snapshot_.entries.clear();
      case Field::created_after:
        entry_.token_created_after = kZeroInstant;
        timestamp_given_ = false;
        return;
      case Field::respect:
      case Field::accept:
      case Field::other: return;
    }
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
    if (folded(node.text) != kSection) return note_lookalike(node);
    field_ = Field::section;
    note_case(node, kSection, std::string(kSection));
    if (section_seen_) {
      complain_duplicate(node, kSection, section_key_, std::string(kSection));
      forget(Field::section);
    }
    section_seen_ = true;
    section_key_ = {node.at, std::string(node.text)};
    snapshot_.section = {node.at.line, node.at.line};
  }

  void note_lookalike(const YamlNode& node) {
    if (lookalike_ || nearest(node.text, {kSection}).empty()) return;
    lookalike_ = {node.at, std::string(node.text)};
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
    if (node.plain && !plain_key_keeps_its_text(node.text)) complain_bare_key(node);
  }

  void complain_bare_key(const YamlNode& node) {
    Error error = fail(Code::bare_key_changes,
                       "YAML reads the bare key {} as something else than these characters",
                       excerpt(node.text))
                      .field(entry_field())
                      .hint("write \"{}\" in quotes", excerpt(node.text));
    const std::optional<bool> boolean = plain_boolean(node.text);
    if (!boolean) return complain(node, error);
    complain_unless_past(node, std::move(error));
    entry_.name = *boolean ? "true" : "false";
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

  void sort_entries() {
    std::vector<Entry>& entries = snapshot_.entries;
    if (!std::ranges::is_sorted(entries, {}, &Entry::name)) {
      std::ranges::stable_sort(entries, {}, &Entry::name);
    }
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i - 1].name != entries[i].name) continue;
      entry_ = entries[i];
      const YamlNode node{.text = entry_.name, .at = {entries[i].lines.line, 0}};
      complain_duplicate(node, entries[i].name,
                         {{entries[i - 1].lines.line, 0}, entries[i - 1].name}, entry_field());
      if (errors_.size() >= kMaxReported) return;
    }
    keep_last_of_equals();
  }

  void keep_last_of_equals() {
    std::vector<Entry>& entries = snapshot_.entries;
    const auto last_of_each =
        std::unique(entries.rbegin(), entries.rend(),
                    [](const Entry& a, const Entry& b) { return a.name == b.name; });
    entries.erase(entries.begin(), last_of_each.base());
  }

  std::string_view path_;
  Reading reading_;
  std::vector<Where> where_;
  Field field_ = Field::other;
  std::uint32_t field_line_ = 0;
  std::uint32_t last_line_ = 0;
  bool section_seen_ = false;
  FirstKey section_key_;
  std::optional<FirstKey> lookalike_;  // a key at the top that may be meant to be the section
  SeenFields section_fields_;
  SeenFields entry_fields_;
  Entry entry_;
  YamlPosition entry_at_;
  bool timestamp_given_ = false;
  Snapshot snapshot_;
  std::vector<Diagnostic> errors_;
};

Result<Snapshot> read_as(Reading reading, std::string_view bytes, std::string_view path) {
  SectionReader reader(path, reading);
  TRY_VOID(walk_yaml(bytes, path, reader));
  return std::move(reader).finish(bytes);
}

}  // namespace

Result<Snapshot> read_config(std::string_view bytes, std::string_view path) {
  return read_as(Reading::present, bytes, path);
}

Result<Snapshot> read_past_config(std::string_view bytes, std::string_view path) {
  return read_as(Reading::past, bytes, path);
}

}  // namespace hookplan
