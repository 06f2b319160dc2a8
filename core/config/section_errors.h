// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/config/section_fields.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// What is said of mistakes in managed_webhooks. `field` is the path of the field, as
// managed_webhooks.org_repo_config; `entry` the name of an entry. Where it stands is for the
// caller.

Error unknown_field(std::string_view name, const FieldNames& known, std::string_view parent);
Error unusual_case(std::string_view name, std::string_view known, const std::string& field);
// An alias, a merge key or a tag, each of which may bring in what is not there to be seen.
Error indirection(std::string_view what, const std::string& field);
Error bare_key_changes(std::string_view entry, const std::string& field);

Error section_is_not_a_mapping();
Error entries_are_not_a_mapping(const std::string& field);
Error entry_is_not_a_mapping(std::string_view entry, const std::string& field);
Error not_a_boolean(const YamlNode& node, std::string_view name, const std::string& field);
Error not_a_timestamp(const YamlNode& node, const std::string& field);
Error no_timestamp(std::string_view entry, const std::string& field);

}  // namespace hookplan
