// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/config/section_fields.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// A section that Prow does not see is nothing to it, and "no changes" would be all that a
// comparison ever says.
struct StraySection {
  YamlPosition at;
  Error error;
};

// Where a text without the section seems to have it after all: at the top under a name that was
// meant to be it (`lookalike`), below another key, or in a value that is a config itself, as in a
// ConfigMap. It must be a map with a field that the section has. Whatever only speaks of it
// (comments, scripts, descriptions, a key of the name that holds something else) is nothing.
// REQUIRES: `bytes` are YAML that walk_yaml() takes.
std::optional<StraySection> stray_section(std::string_view bytes,
                                          const std::optional<FirstKey>& lookalike);

}  // namespace hookplan
