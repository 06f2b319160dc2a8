// SPDX-License-Identifier: Apache-2.0
#include "core/config/settings_fields.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {

SettingsFields::SettingsFields(const YamlTree& tree, std::string where, std::string_view path,
                               std::vector<Diagnostic>& problems)
    : tree_(tree), where_(std::move(where)), path_(path), problems_(problems) {}

SettingsFields::SettingsFields(const YamlTree& tree, std::string where,
                               std::initializer_list<std::string_view> known, std::string_view path,
                               std::vector<Diagnostic>& problems)
    : SettingsFields(tree, std::move(where), path, problems) {
  allow_only(known);
}

void SettingsFields::allow_only(const std::vector<std::string_view>& names) {
  for (const YamlTree& member : tree_.children) {
    if (std::ranges::find(names, member.name) != names.end()) continue;
    if (is_full()) return;
    const std::string_view near = nearest(member.name, names);
    complain(member.name, Code::settings_unknown_field,
             fmt::format("unknown field {}", printable(member.name)),
             near.empty() ? fmt::format("known here: {}", fmt::join(names, ", "))
                          : fmt::format("did you mean {}?", near));
  }
}

std::optional<std::string> SettingsFields::text(std::string_view name) {
  const YamlTree* const value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->kind != YamlKind::scalar || value->text.empty()) {
    complain(name, Code::settings_wrong_type, fmt::format("{} must be text", path_of(name)));
    return std::nullopt;
  }
  return value->text;
}

std::optional<std::int64_t> SettingsFields::integer(std::string_view name, std::int64_t least,
                                                    std::int64_t most) {
  const YamlTree* const value = any(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [rest, failure] = std::from_chars(value->text.data(), end, number);
  const bool read = value->kind == YamlKind::scalar && value->plain && failure == std::errc{} &&
                    rest == end && !value->text.empty();
  if (!read || number < least || number > most) {
    complain(name, read ? Code::settings_bad_value : Code::settings_wrong_type,
             fmt::format("{} must be a whole number from {} to {}", path_of(name), least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> SettingsFields::boolean(std::string_view name) {
  const YamlTree* const value = any(name);
  if (value == nullptr) return std::nullopt;
  const bool known = value->kind == YamlKind::scalar && value->plain &&
                     (value->text == "true" || value->text == "false");
  if (!known) {
    complain(name, Code::settings_wrong_type,
             fmt::format("{} must be true or false", path_of(name)));
    return std::nullopt;
  }
  return value->text == "true";
}

std::optional<std::vector<std::string>> SettingsFields::texts(std::string_view name) {
  const YamlTree* const list = sequence(name);
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> all;
  for (const YamlTree& item : list->children) {
    if (item.kind != YamlKind::scalar || item.text.empty()) {
      complain(name, Code::settings_wrong_type,
               fmt::format("{} must be a list of text", path_of(name)));
      return std::nullopt;
    }
    all.push_back(item.text);
  }
  return all;
}

std::optional<std::vector<std::string>> SettingsFields::text_or_texts(std::string_view name) {
  const YamlTree* const value = any(name);
  if (value == nullptr || value->kind != YamlKind::scalar) return texts(name);
  auto single = text(name);
  if (!single) return std::nullopt;
  return std::vector{*std::move(single)};
}

std::optional<Instant> SettingsFields::instant(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto read = instant_from_rfc3339(*value);
  if (!read) {
    complain(name, Code::settings_bad_value, fmt::format("{} is not an instant", path_of(name)),
             "write it like 2026-01-31T09:00:00Z");
  }
  return read;
}

std::optional<std::chrono::seconds> SettingsFields::duration(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto read = duration_from_text(*value);
  if (!read) {
    complain(name, Code::settings_bad_value, fmt::format("{} is not a duration", excerpt(*value)),
             "write a number and s, m, h or d, such as 60m");
  }
  return read;
}

const YamlTree* SettingsFields::mapping(std::string_view name) {
  return typed(name, YamlKind::map, "a mapping");
}

const YamlTree* SettingsFields::sequence(std::string_view name) {
  return typed(name, YamlKind::sequence, "a list");
}

const YamlTree* SettingsFields::any(std::string_view name) const {
  const auto found = std::ranges::find(tree_.children, name, &YamlTree::name);
  return found == tree_.children.end() ? nullptr : &*found;
}

bool SettingsFields::is_full() const {
  constexpr std::size_t kMaxReported = 20;  // more than that have one common cause
  return problems_.size() >= kMaxReported;
}

void SettingsFields::require(std::string_view name) {
  if (any(name) != nullptr) return;
  complain(name, Code::settings_missing_field, fmt::format("{} is missing", path_of(name)),
           fmt::format("add {}", name));
}

void SettingsFields::complain(std::string_view name, Code code, std::string message,
                              std::string hint) {
  if (is_full()) return;
  problems_.push_back(fail(code, std::move(message))
                          .at(place_of(name))
                          .field(path_of(name))
                          .hint(std::move(hint))
                          .first());
}

std::string SettingsFields::path_of(std::string_view name) const {
  if (name.empty()) return where_;
  const std::string shown = printable(name);
  return where_.empty() ? shown : fmt::format("{}.{}", where_, shown);
}

Location SettingsFields::place_of(std::string_view name) const {
  const YamlPosition at = position_of(name);
  return {std::string(path_), at.line, at.column};
}

const YamlTree* SettingsFields::typed(std::string_view name, YamlKind kind,
                                      std::string_view expected) {
  const YamlTree* const value = any(name);
  if (value == nullptr || value->kind == kind) return value;
  complain(name, Code::settings_wrong_type, fmt::format("{} must be {}", path_of(name), expected));
  return nullptr;
}

YamlPosition SettingsFields::position_of(std::string_view name) const {
  const auto found = std::ranges::find(tree_.children, name, &YamlTree::name);
  return found == tree_.children.end() ? tree_.at : found->name_at;
}

std::optional<std::chrono::seconds> duration_from_text(std::string_view text) {
  constexpr std::int64_t kMax = 1'000'000;
  if (text.empty()) return std::nullopt;
  const auto number = number_from(text.substr(0, text.size() - 1), 0, kMax);
  if (!number) return std::nullopt;
  switch (text.back()) {
    case 's': return std::chrono::seconds{*number};
    case 'm': return std::chrono::minutes{*number};
    case 'h': return std::chrono::hours{*number};
    case 'd': return std::chrono::days{*number};
    default: return std::nullopt;
  }
}

}  // namespace hookplan
