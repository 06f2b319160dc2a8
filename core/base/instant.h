// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookplan {

// A point in time between the years 1 and 9999 in UTC, to the nanosecond.
struct Instant {
  std::int64_t seconds = 0;      // since 1970-01-01T00:00:00Z, leap seconds not counted
  std::int32_t nanoseconds = 0;  // 0 to 999,999,999

  auto operator<=>(const Instant&) const = default;
};

// What Prow takes where token_created_after is missing: 0001-01-01T00:00:00Z.
inline constexpr Instant kZeroInstant{-62'135'596'800, 0};

// So much later.
constexpr Instant later(Instant instant, std::chrono::seconds time) {
  return {instant.seconds + time.count(), instant.nanoseconds};
}

// The first instant after it.
constexpr Instant next_nanosecond(Instant instant) {
  constexpr std::int32_t kLast = 999'999'999;
  if (instant.nanoseconds < kLast) return {instant.seconds, instant.nanoseconds + 1};
  return {instant.seconds + 1, 0};
}

// RFC 3339 as Prow's newer builds read it: capital T and Z, two-digit fields, seconds, a zone below
// 24:00; digits beyond the ninth of the fraction are cut. Nothing for any other text.
std::optional<Instant> instant_from_rfc3339(std::string_view text);

// RFC 3339 in UTC with Z and only the fraction digits that are needed.
std::string to_rfc3339(Instant instant);

// What to_rfc3339() writes and nothing else, so that what is read back is what was written.
std::optional<Instant> instant_from_canonical(std::string_view text);

// "2026-09-01", the day in UTC.
std::string to_date(Instant instant);

}  // namespace hookplan
