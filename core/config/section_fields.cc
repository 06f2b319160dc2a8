// SPDX-License-Identifier: Apache-2.0
#include "core/config/section_fields.h"

#include "core/base/text.h"

namespace hookplan {

std::string folded_field(std::string_view name) {
  std::string lower = ascii_lower(name);
  for (const auto& [from, to] : {std::pair{"\xC5\xBF", 's'}, std::pair{"\xE2\x84\xAA", 'k'}}) {
    for (std::size_t at = lower.find(from); at != std::string::npos; at = lower.find(from)) {
      lower.replace(at, std::string_view(from).size(), 1, to);
    }
  }
  return lower;
}

}  // namespace hookplan
