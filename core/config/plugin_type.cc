// SPDX-License-Identifier: Apache-2.0
#include "core/config/plugin_type.h"

#include <algorithm>
#include <stdexcept>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"

namespace hookplan {

const PluginType* PluginTypes::find(PartKind kind, std::string_view type) const {
  const auto found = std::ranges::find_if(
      all, [&](const PluginType& each) { return each.kind == kind && each.type == type; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string_view> PluginTypes::of_kind(PartKind kind) const {
  std::vector<std::string_view> types;
  for (const PluginType& each : all) {
    if (each.kind == kind) types.push_back(each.type);
  }
  return types;
}

const NameRules& PluginTypes::names_on(const Route* route) const {
  static constexpr NameRules kAnyForge = {"any forge", name_problem, false};
  const PluginType* const forge =
      route == nullptr ? nullptr : find(PartKind::forge, route->forge.type);
  const NameRules* const rules = route == nullptr   ? usual_names
                                 : forge == nullptr ? nullptr
                                                    : forge->names;
  return rules == nullptr ? kAnyForge : *rules;
}

Result<void> check_fields(const Part& part, std::span<const FieldSpec> fields) {
  for (const FieldSpec& spec : fields) {
    const std::string_view value = part.field(spec.name);
    if (value.empty() && spec.is_required)
      return fail(Code::settings_missing_field, "{} is missing", spec.name).field(spec.name);
    if (value.empty() || spec.problem_with == nullptr) continue;
    if (const std::string problem = spec.problem_with(value); !problem.empty())
      return fail(Code::settings_bad_value, "{} {} {}", spec.name, excerpt(value), problem)
          .field(spec.name);
  }
  return {};
}

std::string_view to_string(PartKind kind) {
  switch (kind) {
    case PartKind::forge: return "forge";
    case PartKind::receiver: return "receiver";
    case PartKind::store: return "store";
  }
  throw std::logic_error("no such kind of part");
}

std::string_view to_string(FieldKind kind) {
  switch (kind) {
    case FieldKind::text: return "text";
    case FieldKind::url: return "URL";
    case FieldKind::path: return "path";
    case FieldKind::duration: return "duration";
    case FieldKind::flag: return "true or false";
    case FieldKind::secret_source: return "file:PATH, env:NAME or fd:N";
  }
  throw std::logic_error("no such kind of field");
}

}  // namespace hookplan
