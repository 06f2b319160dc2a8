// SPDX-License-Identifier: Apache-2.0
#include "core/base/code.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

std::string to_string(Code code) { return fmt::format("HP{:04}", static_cast<int>(code)); }

std::optional<Code> code_from_string(std::string_view text) {
  if (text.size() > 2 && (text[0] == 'H' || text[0] == 'h') && (text[1] == 'P' || text[1] == 'p')) {
    text.remove_prefix(2);
  }
  const auto number = number_from(text, 0, 9999);
  if (!number) return std::nullopt;
  const auto found = std::ranges::find(catalog(), static_cast<Code>(*number), &CodeEntry::code);
  if (found == catalog().end()) return std::nullopt;
  return found->code;
}

const CodeEntry& catalog_entry(Code code) {
  const auto found = std::ranges::find(catalog(), code, &CodeEntry::code);
  if (found == catalog().end()) throw std::logic_error(to_string(code) + " is not in the catalog");
  return *found;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::notice: return "notice";
  }
  throw std::logic_error("no such severity");
}

}  // namespace hookplan
