// SPDX-License-Identifier: Apache-2.0
#include "core/config/stray_section.h"

#include <string>

#include "core/base/text.h"

namespace hookplan {
namespace {

// Where the section is spoken of outside of comments; npos if nowhere.
std::size_t section_mention_in(std::string_view bytes) {
  const std::string lower = ascii_lower(bytes);
  for (std::size_t at = lower.find(kSection); at != std::string::npos;
       at = lower.find(kSection, at + 1)) {
    const std::size_t begin = lower.rfind('\n', at) + 1;  // npos + 1 is 0
    const std::string_view rest = std::string_view(lower).substr(at + kSection.size());
    const bool is_key = rest.substr(0, 3).find(':') != std::string_view::npos;
    if (is_key && lower.find('#', begin) >= at) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<StraySection> stray_section(std::string_view bytes,
                                          const std::optional<FirstKey>& lookalike) {
  if (lookalike) {
    return StraySection{lookalike->at, fail(Code::section_misplaced, "unknown key {}, and no {}",
                                            excerpt(lookalike->text), kSection)
                                           .hint("did you mean {}?", kSection)};
  }
  const std::size_t at = section_mention_in(bytes);
  if (at == std::string_view::npos) return std::nullopt;
  const TextPosition place = position_in(bytes, at);
  return StraySection{
      {place.line, place.column},
      fail(Code::section_misplaced, "{} stands here, and not at the top level where Prow reads it",
           kSection)};
}

}  // namespace hookplan
