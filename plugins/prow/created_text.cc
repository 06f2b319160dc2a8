// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/created_text.h"

#include <cstddef>

namespace hookplan {
namespace {

constexpr std::size_t kWithoutFraction = std::string_view("2006-01-02T15:04:05").size();
constexpr std::size_t kMaxFractionDigits = 9;

// REQUIRES: created_from_text() takes the text.
std::string as_go_prints(std::string_view text) {
  std::string_view rest = text.substr(kWithoutFraction);
  const std::size_t zone_at = rest.find_first_of("Z+-");
  std::string_view fraction = rest.substr(0, zone_at).substr(0, 1 + kMaxFractionDigits);
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction == ".") fraction = {};
  std::string_view zone = rest.substr(zone_at);
  if (zone == "+00:00" || zone == "-00:00") zone = "Z";
  std::string printed(text.substr(0, kWithoutFraction));
  printed += fraction;
  printed += zone;
  return printed;
}

}  // namespace

std::optional<Instant> created_from_text(std::string_view text) {
  if (const auto instant = instant_from_rfc3339(text)) return instant;
  if (!text.starts_with("0000-") && !text.starts_with("0001-")) return std::nullopt;
  // Four years later the calendar is the same, and within the range of Instant.
  std::string later(text);
  later[3] = static_cast<char>(later[3] + 4);
  if (!instant_from_rfc3339(later)) return std::nullopt;
  return kZeroInstant;
}

std::string created_text(Instant created, std::string_view text) {
  if (created_from_text(text) == created) return as_go_prints(text);
  return to_rfc3339(created);
}

}  // namespace hookplan
