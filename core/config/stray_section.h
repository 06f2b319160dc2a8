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

// Where a text without the section seems to have it after all: below another key, or at the top
// under a name that was meant to be it (`lookalike`). Nothing if nowhere outside of comments.
std::optional<StraySection> stray_section(std::string_view bytes,
                                          const std::optional<FirstKey>& lookalike);

}  // namespace hookplan
