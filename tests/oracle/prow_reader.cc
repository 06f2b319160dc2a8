// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/prow_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "tests/oracle/go_time.h"
#include "tests/oracle/source_text.h"
#include "tests/oracle/yaml_tree.h"
#include "tests/oracle/yaml_value.h"

namespace hookplan::oracle {
namespace {

// encoding/json's limit for nested arrays and objects.
constexpr std::size_t kMaxJsonDepth = 10000;

using Members = std::vector<std::pair<std::string, const Value*>>;

// The members of a JSON object in the order encoding/json writes, and hence reads, them: sorted
// by the bytes of the key before invalid UTF-8 is replaced.
Members json_members(const Value& object) {
  Members members;
  for (const auto& [key, value] : object.entries) {
    std::string name;
    if (key_text(key, name)) members.emplace_back(std::move(name), value);
  }
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& member : members) member.first = replace_invalid_utf8(member.first);
  return members;
}

// encoding/json's match of a field name: ASCII letters fold, and U+017F and U+212A stand for s
// and k.
bool names_field(std::string_view key, std::string_view field) {
  constexpr std::string_view kLongS = "\xC5\xBF";
  constexpr std::string_view kKelvin = "\xE2\x84\xAA";
  for (const char want : field) {
    if (key.empty()) return false;
    const char got = key.front();
    const bool letter_folds =
        want >= 'a' && want <= 'z' && got >= 'A' && got <= 'Z' && got - 'A' == want - 'a';
    if (got == want || letter_folds) {
      key.remove_prefix(1);
    } else if (want == 's' && key.starts_with(kLongS)) {
      key.remove_prefix(kLongS.size());
    } else if (want == 'k' && key.starts_with(kKelvin)) {
      key.remove_prefix(kKelvin.size());
    } else {
      return false;
    }
  }
  return key.empty();
}

bool is_null(const Value& value) {
  return value.kind == ValueKind::kScalar && value.scalar.kind == ScalarKind::kNull;
}

// Each read_ function leaves its target alone for null, as encoding/json does, and returns false
// for a value of the wrong type.

bool read_bool(const Value& value, bool& out) {
  if (is_null(value)) return true;
  if (value.kind != ValueKind::kScalar || value.scalar.kind != ScalarKind::kBool) return false;
  out = value.scalar.boolean;
  return true;
}

bool read_time(const Value& value, Instant& out) {
  if (is_null(value)) return true;
  if (value.kind != ValueKind::kScalar || value.scalar.kind != ScalarKind::kString) return false;
  const std::optional<Instant> parsed = parse_json_time(value.scalar.text);
  if (parsed) out = *parsed;
  return parsed.has_value();
}

bool read_entry(const Value& value, Instant& out) {
  if (is_null(value)) return true;
  if (value.kind != ValueKind::kMapping) return false;
  for (const auto& [name, member] : json_members(value)) {
    if (names_field(name, "token_created_after") && !read_time(*member, out)) return false;
  }
  return true;
}

bool read_entries(const Value& value, std::map<std::string, std::string>& entries) {
  if (is_null(value)) {
    // Unlike the other types a Go map *is* changed by null: it becomes empty.
    entries.clear();
    return true;
  }
  if (value.kind != ValueKind::kMapping) return false;
  for (const auto& [name, member] : json_members(value)) {
    Instant created_after;
    if (!read_entry(*member, created_after)) return false;
    entries[name] = format_utc(created_after);
  }
  return true;
}

bool read_section(const Value& section, ProwReading& out) {
  if (is_null(section)) return true;
  if (section.kind != ValueKind::kMapping) return false;
  for (const auto& [name, member] : json_members(section)) {
    bool ok = true;
    if (names_field(name, "respect_legacy_global_token")) {
      ok = read_bool(*member, out.respect_legacy_global_token);
    } else if (names_field(name, "auto_accept_invitation")) {
      ok = read_bool(*member, out.auto_accept_invitation);
    } else if (names_field(name, "org_repo_config")) {
      ok = read_entries(*member, out.entries);
    }
    if (!ok) return false;
  }
  return true;
}

// Reads into `out`; an empty text means success.
std::string read_root(const Value& root, ProwReading& out) {
  if (root.json_refused) return "error converting YAML to JSON";
  if (root.height > kMaxJsonDepth) return "exceeded max depth";
  if (is_null(root)) return "";
  if (root.kind != ValueKind::kMapping) return "the document is not a mapping";
  for (const auto& [name, section] : json_members(root)) {
    if (!names_field(name, "managed_webhooks")) continue;
    out.section_present = true;
    if (!read_section(*section, out)) return "wrong type or time in " + name;
  }
  return "";
}

}  // namespace

ProwReading read_like_prow(std::string_view bytes) {
  ProwReading refused;
  YamlTree tree;
  Values values;
  if (!parse_first_document(bytes, tree, refused.error) ||
      !decode_tree(tree, values, refused.error)) {
    refused.ambiguous = tree.unmodelled;
    return refused;
  }
  ProwReading reading;
  if (values.root != nullptr) {
    refused.ambiguous = reading.ambiguous = values.root->ambiguous;
    refused.error = read_root(*values.root, reading);
    if (!refused.error.empty()) return refused;
  }
  reading.accepted = true;
  return reading;
}

}  // namespace hookplan::oracle
