// SPDX-License-Identifier: Apache-2.0
#include "core/config/section_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/config_mistakes.h"
#include "core/config/plain_entries.h"
#include "core/config/section_errors.h"
#include "core/config/section_fields.h"
#include "core/config/stray_section.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

class ReaderOfSections : public SectionReader {
 public:
  ReaderOfSections(std::string_view path, Reading reading) : mistakes_(path, reading) {}

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

  void add(std::vector<Entry> entries) override {
    snapshot_.entries = merge_by_name(std::move(entries), std::move(snapshot_.entries));
  }

  bool has_forgotten() const override { return has_forgotten_; }

  Result<Snapshot> finish(std::string_view bytes) override {
    if (!section_seen_) {
      if (auto stray = stray_section(bytes, lookalike_))
        mistakes_.add_unless_past(stray->at, {}, std::move(stray->error));
    }
    sort_entries();
    if (mistakes_.has_errors()) return Error(mistakes_.take_errors());
    snapshot_.diagnostics = mistakes_.take_findings();
    if (section_seen_) {
      snapshot_.state = snapshot_.entries.empty() ? SectionState::empty : SectionState::filled;
    }
    return std::move(snapshot_);
  }

 private:
  enum class Where { outside, root, section, entries, entry };
  using Field = SectionField;

  // The reporting of mistakes.

  void complain(const YamlNode& node, const Error& error) {
    mistakes_.add(node.at, current_entry(), error);
  }

  void complain_unless_past(const YamlNode& node, Error error) {
    mistakes_.add_unless_past(node.at, current_entry(), std::move(error));
  }

  std::string_view current_entry() const {
    const bool is_inside =
        !where_.empty() && (where_.back() == Where::entries || where_.back() == Where::entry);
    return is_inside ? std::string_view(entry_.name) : std::string_view();
  }

  std::string entry_field() const {
    return fmt::format("{}.{}.{}", kSection, kEntries, excerpt(entry_.name));
  }

  // Aliases, merge keys and tags: true if the node has one, after saying so.
  bool is_indirect(const YamlNode& node, const std::string& field) {
    const bool merge = node.kind == YamlKind::scalar && node.plain && node.text == "<<";
    if (node.kind != YamlKind::alias && !node.tagged && !merge) return false;
    complain(node, indirection(merge         ? "a merge key"
                               : node.tagged ? "an explicit tag"
                                             : "an alias",
                               field));
    return true;
  }

  // Which of `fields` a key means; complains about unusual case, duplicates and unknown names.
  Field known_field(const YamlNode& node, const FieldNames& fields, std::string_view parent,
                    SeenFields& seen) {
    const std::string path = fmt::format("{}.{}", parent, excerpt(node.text));
    if (is_indirect(node, std::string(parent))) return Field::other;
    const std::string name = folded_field(node.text);
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
    complain_unless_past(node, unknown_field(node.text, fields, parent));
    return Field::other;
  }

  void note_case(const YamlNode& node, std::string_view known, const std::string& field) {
    if (node.text == known) return;
    complain(node, unusual_case(node.text, known, field));
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
    has_forgotten_ = true;
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
    if (folded_field(node.text) != kSection) return note_lookalike(node);
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
      complain(node, section_is_not_a_mapping());
      open_outside(node);
    }
  }

  void key_of_section(const YamlNode& node) {
    static const FieldNames kFields = {
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
      complain(node, entries_are_not_a_mapping(field));
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
    complain(node, not_a_boolean(node, name, field));
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
    Error error = bare_key_changes(node.text, entry_field());
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
      complain(node, entry_is_not_a_mapping(entry_.name, entry_field()));
    }
    open_outside(node);
  }

  void key_of_entry(const YamlNode& node) {
    static const FieldNames kFields = {{kCreatedAfter, Field::created_after}};
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
      complain(node, not_a_timestamp(node, field));
    }
    open_outside(node);
  }

  void close_entry() {
    entry_.lines.end_line = std::max(entry_.lines.line, last_line_);
    if (!std::exchange(timestamp_given_, false) && !mistakes_.has_errors()) {
      const YamlNode at{.at = entry_at_};
      complain(at, no_timestamp(entry_.name, entry_field()));
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
    sort_by_name(entries);
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i - 1].name != entries[i].name) continue;
      entry_ = entries[i];
      const YamlNode node{.text = entry_.name, .at = {entries[i].lines.line, 0}};
      complain_duplicate(node, entries[i].name,
                         {{entries[i - 1].lines.line, 0}, entries[i - 1].name}, entry_field());
      if (mistakes_.is_full()) return;
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

  ConfigMistakes mistakes_;
  std::vector<Where> where_;
  Field field_ = Field::other;
  std::uint32_t field_line_ = 0;
  std::uint32_t last_line_ = 0;
  bool section_seen_ = false;
  bool has_forgotten_ = false;
  FirstKey section_key_;
  std::optional<FirstKey> lookalike_;  // a key at the top that may be meant to be the section
  SeenFields section_fields_;
  SeenFields entry_fields_;
  Entry entry_;
  YamlPosition entry_at_;
  bool timestamp_given_ = false;
  Snapshot snapshot_;
};

}  // namespace

std::unique_ptr<SectionReader> make_section_reader(std::string_view path, Reading reading) {
  return std::make_unique<ReaderOfSections>(path, reading);
}

}  // namespace hookplan
