// SPDX-License-Identifier: Apache-2.0
#include "core/config/section_errors.h"

#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

Error unknown_field(std::string_view name, const FieldNames& known, std::string_view parent) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const auto& [text, field] : known) names.push_back(text);
  const std::string_view near = nearest(name, names);
  return fail(Code::unknown_field, "unknown field {}", excerpt(name))
      .field(fmt::format("{}.{}", parent, excerpt(name)))
      .hint(near.empty() ? fmt::format("{} knows {}", parent, fmt::join(names, ", "))
                         : fmt::format("did you mean {}?", near));
}

Error unusual_case(std::string_view name, std::string_view known, const std::string& field) {
  return fail(Code::field_name_case, "Prow reads {} as {}, other tools do not", excerpt(name),
              known)
      .field(field)
      .hint("write {}", known);
}

Error indirection(std::string_view what, const std::string& field) {
  return fail(Code::indirection_in_section, "{} inside {}", what, kSection).field(field);
}

Error bare_key_changes(std::string_view entry, const std::string& field) {
  return fail(Code::bare_key_changes,
              "YAML reads the bare key {} as something else than these characters", excerpt(entry))
      .field(field)
      .hint("write \"{}\" in quotes", excerpt(entry));
}

Error section_is_not_a_mapping() {
  return fail(Code::section_not_mapping, "{} is not a mapping", kSection)
      .field(kSection)
      .hint("write its fields below it, indented");
}

Error entries_are_not_a_mapping(const std::string& field) {
  return fail(Code::entries_not_mapping, "{} is not a mapping", kEntries)
      .field(field)
      .hint("write one `org` or `org/repo` per line below it, indented");
}

Error entry_is_not_a_mapping(std::string_view entry, const std::string& field) {
  return fail(Code::entry_not_mapping, "the entry {} is not a mapping", excerpt(entry))
      .field(field)
      .hint("write {}: {{{}: 2026-01-31T00:00:00Z}}", excerpt(entry), kCreatedAfter);
}

Error not_a_boolean(const YamlNode& node, std::string_view name, const std::string& field) {
  return fail(Code::not_a_boolean,
              node.kind == YamlKind::scalar
                  ? fmt::format("{} is {}, not true or false", name, excerpt(node.text))
                  : fmt::format("{} is not true or false", name))
      .field(field);
}

Error not_a_timestamp(const YamlNode& node, const std::string& field) {
  return fail(Code::bad_timestamp,
              node.kind == YamlKind::scalar
                  ? fmt::format("{} is not a timestamp", excerpt(node.text))
                  : std::string("a timestamp is one value, not a list or mapping"))
      .field(field);
}

Error no_timestamp(std::string_view entry, const std::string& field) {
  return fail(Code::no_timestamp, "{} has no {}, so it is never rotated", excerpt(entry),
              kCreatedAfter)
      .field(field)
      .hint("add {}", kCreatedAfter);
}

}  // namespace hookplan
