// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/plan/plan.h"

namespace hookplan {

// The text as running Markdown that shows exactly these characters: no markup, link, mention, HTML,
// table cell or line break can come out of it.
std::string markdown_text(std::string_view text);

// The same in fixed width.
std::string markdown_code(std::string_view text);

// The same without its tags, to be put between them.
std::string markdown_code_text(std::string_view text);

// A link to lines of a file at a commit, if the repository is on a forge whose links are known
// (github.com over https or ssh); otherwise just the label. `label` is Markdown already.
std::string markdown_source_link(std::string_view label, std::string_view repository,
                                 std::string_view commit, std::string_view path, LineRange lines);

}  // namespace hookplan
