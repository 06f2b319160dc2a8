// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/yaml/yaml_source.h"

namespace hookplan {

// The names inside of managed_webhooks, as Prow spells and compares them.

inline constexpr std::string_view kSection = "managed_webhooks";
inline constexpr std::string_view kEntries = "org_repo_config";
inline constexpr std::string_view kRespect = "respect_legacy_global_token";
inline constexpr std::string_view kAccept = "auto_accept_invitation";
inline constexpr std::string_view kCreatedAfter = "token_created_after";

enum class SectionField { other, section, entries, respect, accept, created_after };
using FieldNames = std::vector<std::pair<std::string_view, SectionField>>;

// A key as it stood first.
struct FirstKey {
  YamlPosition at = {};
  std::string text = {};
};
using SeenFields = std::map<SectionField, FirstKey>;

// The name as encoding/json compares it: without case, and with two letters beyond ASCII that fold
// to s and k.
std::string folded_field(std::string_view name);

}  // namespace hookplan
