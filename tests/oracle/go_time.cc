// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/go_time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace hookplan::oracle {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in(int month, int year) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

// Days since 1970-01-01 of the proleptic Gregorian calendar, counted in years that begin on
// 1 March so that the leap day comes last.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const int shifted_month = (month + 9) % 12;
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
  return 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) + day_of_year - 719468;
}

// Reads a time text piece by piece; every step that does not fit makes the reader fail for good.
class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  void literal(char c) {
    if (next_is(c)) {
      rest_.remove_prefix(1);
    } else {
      ok_ = false;
    }
  }

  // Go lets one blank of a layout stand for any number of them.
  void blanks() {
    literal(' ');
    while (ok_ && next_is(' ')) rest_.remove_prefix(1);
  }

  int year() {
    if (rest_.size() < 4 || !std::all_of(rest_.begin(), rest_.begin() + 4, is_decimal)) {
      ok_ = false;
      return 0;
    }
    int value = 0;
    for (const char c : rest_.substr(0, 4)) value = value * 10 + (c - '0');
    rest_.remove_prefix(4);
    return value;
  }

  int number(bool two_digits, int minimum, int maximum) {
    if (rest_.empty() || !is_decimal(rest_[0])) {
      ok_ = false;
      return minimum;
    }
    int value = rest_[0] - '0';
    rest_.remove_prefix(1);
    if (!rest_.empty() && is_decimal(rest_[0])) {
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    } else if (two_digits) {
      ok_ = false;
    }
    if (value < minimum || value > maximum) {
      ok_ = false;
      return minimum;
    }
    return value;
  }

  bool at_fraction() const {
    return rest_.size() >= 2 && (rest_[0] == '.' || rest_[0] == ',') && is_decimal(rest_[1]);
  }

  // An absent fraction is no error. `cut` drops digits after the ninth, otherwise they stay.
  std::int32_t fraction(bool cut) {
    if (!at_fraction()) return 0;
    rest_.remove_prefix(1);
    std::int32_t value = 0;
    int digits = 0;
    while (!rest_.empty() && is_decimal(rest_[0]) && (digits < 9 || cut)) {
      if (digits < 9) value = value * 10 + (rest_[0] - '0');
      ++digits;
      rest_.remove_prefix(1);
    }
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }

  std::int64_t zone_seconds() {
    if (next_is('Z')) {
      rest_.remove_prefix(1);
      return 0;
    }
    if (rest_.size() < 6 || rest_[3] != ':' || (rest_[0] != '+' && rest_[0] != '-')) {
      ok_ = false;
      return 0;
    }
    const int hours = signed_pair(rest_.substr(1, 2));
    const int minutes = signed_pair(rest_.substr(4, 2));
    const std::int64_t seconds = (std::int64_t{hours} * 60 + minutes) * 60;
    const bool negative = rest_[0] == '-';
    rest_.remove_prefix(6);
    return negative ? -seconds : seconds;
  }

 private:
  // Go 1.19 reads the two characters with a routine that also takes a sign ("-9"), and a sign
  // with nothing behind it would be zero if there were room for it.
  int signed_pair(std::string_view pair) {
    const bool has_sign = pair[0] == '+' || pair[0] == '-';
    if ((!has_sign && !is_decimal(pair[0])) || !is_decimal(pair[1])) {
      ok_ = false;
      return 0;
    }
    if (has_sign) return pair[0] == '-' ? -(pair[1] - '0') : pair[1] - '0';
    return (pair[0] - '0') * 10 + (pair[1] - '0');
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<Instant> parse_json_time(std::string_view text) {
  TimeScanner scan(text);
  const int year = scan.year();
  scan.literal('-');
  const int month = scan.number(true, 1, 12);
  scan.literal('-');
  const int day = scan.number(true, 0, 99);
  scan.literal('T');
  const int hour = scan.number(false, 0, 23);
  scan.literal(':');
  const int minute = scan.number(true, 0, 59);
  scan.literal(':');
  // Go forgets that the seconds are missing if a fraction follows.
  const int second = scan.at_fraction() ? 0 : scan.number(true, 0, 59);
  Instant instant;
  instant.nanoseconds = scan.fraction(true);
  const std::int64_t zone = scan.zone_seconds();
  if (!scan.ok() || !scan.at_end() || day < 1 || day > days_in(month, year)) return std::nullopt;
  instant.unix_seconds =
      days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone;
  return instant;
}

bool is_yaml_timestamp(std::string_view text) {
  const auto matches = [text](char separator, bool with_time, bool with_zone) {
    TimeScanner scan(text);
    const int year = scan.year();
    scan.literal('-');
    const int month = scan.number(false, 1, 12);
    scan.literal('-');
    const int day = scan.number(false, 0, 99);
    if (with_time) {
      if (separator == ' ') {
        scan.blanks();
      } else {
        scan.literal(separator);
      }
      scan.number(false, 0, 23);
      scan.literal(':');
      scan.number(false, 0, 59);
      scan.literal(':');
      scan.number(false, 0, 59);
      scan.fraction(false);
      if (with_zone) scan.zone_seconds();
    }
    return scan.ok() && scan.at_end() && day >= 1 && day <= days_in(month, year);
  };
  return matches('T', true, true) || matches('t', true, true) || matches(' ', true, false) ||
         matches(' ', false, false);
}

std::string format_utc(const Instant& instant) {
  const std::int64_t days = floor_div(instant.unix_seconds, 86400);
  const auto second_of_day = static_cast<int>(instant.unix_seconds - days * 86400);
  // Start at a year that is certainly not too late and step forward: at most two steps.
  std::int64_t year = floor_div((days + 719468) * 400, 146097) - 1;
  while (days_from_civil(year + 1, 1, 1) <= days) ++year;
  auto day = static_cast<int>(days - days_from_civil(year, 1, 1)) + 1;
  const auto leap_cycle_year = static_cast<int>(((year % 400) + 400) % 400);
  int month = 1;
  while (day > days_in(month, leap_cycle_year)) day -= days_in(month++, leap_cycle_year);

  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%s%04lld-%02d-%02dT%02d:%02d:%02d",
                year < 0 ? "-" : "", std::llabs(year), month, day, second_of_day / 3600,
                second_of_day / 60 % 60, second_of_day % 60);
  std::string out = buffer.data();
  if (instant.nanoseconds != 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%09d", instant.nanoseconds);
    out += buffer.data();
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + 'Z';
}

}  // namespace hookplan::oracle
