// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/diagnostic_text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

std::string place_of(const Location& where) {
  if (where.path.empty()) return {};
  std::string place = printable(where.path);
  if (where.line != 0) place += fmt::format(":{}", where.line);
  if (where.line != 0 && where.column != 0) place += fmt::format(":{}", where.column);
  if (where.side == Side::before) place += " (old)";
  return place;
}

std::string to_text(const std::vector<Diagnostic>& diagnostics, const TextStyle& style) {
  constexpr std::size_t kIndent = 16;
  constexpr std::size_t kMaxAlike = 10;  // of one code; the JSON has all of them
  std::string all;
  std::map<Code, std::size_t> alike;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (++alike[diagnostic.code] > kMaxAlike && !style.complete) continue;
    const Colour colour = diagnostic.severity == Severity::error     ? Colour::red
                          : diagnostic.severity == Severity::warning ? Colour::yellow
                                                                     : Colour::cyan;
    const std::string head = padded(
        fmt::format("{} {}", to_string(diagnostic.severity), to_string(diagnostic.code)), kIndent);
    const std::string message = wrapped(printable(diagnostic.message), kIndent, style);
    all += painted(head, colour, style) + message.substr(std::min(kIndent, message.size()));
    const std::string place = place_of(diagnostic.where);
    const std::string field =
        diagnostic.field.empty() ? std::string() : fmt::format(" {}", printable(diagnostic.field));
    if (!place.empty()) all += wrapped(place + field, kIndent, style);
    if (!diagnostic.hint.empty()) {
      all += wrapped(fmt::format("fix: {}", printable(diagnostic.hint)), kIndent, style);
    }
  }
  for (const auto& [code, number] : alike) {
    if (number <= kMaxAlike || style.complete) continue;
    all += wrapped(fmt::format("and {} more {}: {}", number - kMaxAlike, to_string(code),
                               catalog_entry(code).title),
                   kIndent, style);
  }
  return all;
}

}  // namespace hookplan
