// SPDX-License-Identifier: Apache-2.0
#include "cmd/settings_help.h"

#include <algorithm>

#include <fmt/format.h>

#include "cmd/help.h"
#include "core/base/json.h"

namespace hookplan {
namespace {

constexpr PartKind kKinds[] = {PartKind::forge, PartKind::receiver, PartKind::store};

std::string_view place_of(PartKind kind) {
  switch (kind) {
    case PartKind::forge: return "forges.NAME";
    case PartKind::receiver: return "receivers.NAME";
    case PartKind::store: return "receivers.NAME.store";
  }
  return {};
}

std::string in_words(const FieldSpec& field) {
  constexpr std::size_t kColumn = 14;
  constexpr std::size_t kLongestBeside = 9;
  const std::string what =
      filled(fmt::format("{}{}{}; {}", to_string(field.kind), field.is_required ? ", required" : "",
                         field.use == FieldUse::access ? ", in no plan" : "", field.what),
             kColumn);
  if (field.name.size() > kLongestBeside) return fmt::format("    {}\n{}", field.name, what);
  return fmt::format("    {:<9} {}", field.name, what.substr(kColumn));
}

// Its lines as they are, below the fields.
std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += fmt::format("      {}\n", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

}  // namespace

std::string help_of_settings(const PluginTypes& types) {
  std::string text = "What .hookplan.yaml may name in this build.\n";
  for (const PartKind kind : kKinds) {
    text += fmt::format("\n{}\n", place_of(kind));
    for (const PluginType& type : types.all) {
      if (type.kind != kind) continue;
      text += fmt::format("  type: {}\n{}", type.type, filled(type.what, 4));
      for (const FieldSpec& field : type.fields) text += in_words(field);
      text += indented(type.example);
    }
  }
  return text;
}

std::string served_types(const PluginTypes& types) {
  std::string text;
  for (const PartKind kind : kKinds) {
    text += fmt::format("{:<10} {}\n", fmt::format("{}s", to_string(kind)),
                        fmt::join(types.of_kind(kind), ", "));
  }
  return text;
}

std::string version_json(std::string_view version, const PluginTypes& types) {
  JsonWriter json;
  json.begin_object();
  for (const PartKind kind : kKinds) {  // in the order of their names, as keys must be
    json.key(fmt::format("{}s", to_string(kind))).begin_array();
    for (const std::string_view type : types.of_kind(kind)) json.string(type);
    json.end_array();
  }
  json.key("version").string(version);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
