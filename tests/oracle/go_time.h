// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookplan::oracle {

struct Instant {
  std::int64_t unix_seconds = -62135596800;  // Go's zero time, 0001-01-01T00:00:00Z
  std::int32_t nanoseconds = 0;
};

// What Go 1.19's time.Time accepts inside a JSON string. Laxer than RFC 3339: one-digit hours,
// a comma before the fraction, fractions longer than nine digits (cut), and offsets whose parts
// are any two characters that read as a number ("+24:00", "+02:60", "+-1:00").
std::optional<Instant> parse_json_time(std::string_view text);

// Whether yaml.v2 takes the text for a timestamp. Matters only below an explicit !!timestamp.
bool is_yaml_timestamp(std::string_view text);

// RFC 3339 in UTC with Z, fraction without trailing zeros.
std::string format_utc(const Instant& instant);

}  // namespace hookplan::oracle
