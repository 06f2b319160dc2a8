// SPDX-License-Identifier: Apache-2.0
#include "core/base/instant.h"

#include <chrono>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kSecondsPerHour = 3'600;
constexpr std::int64_t kSecondsPerMinute = 60;
constexpr Instant kFirst = kZeroInstant;
constexpr Instant kLast{253'402'300'799, 999'999'999};  // 9999-12-31T23:59:59.999999999Z

// Takes tokens from the front of a text; remembers whether one did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) {
        failed_ = true;
        return 0;
      }
      number = number * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return number;
  }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void require(char wanted) { failed_ = !take(wanted) || failed_; }

  // A fraction of a second in nanoseconds.
  std::int32_t fraction() {
    std::int32_t nanoseconds = 0;
    std::int32_t unit = 100'000'000;
    bool any = false;
    while (!rest_.empty() && is_digit(rest_.front())) {
      nanoseconds += unit * (rest_.front() - '0');
      unit /= 10;
      any = true;
      rest_.remove_prefix(1);
    }
    failed_ = !any || failed_;
    return nanoseconds;
  }

  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::chrono::year_month_day utc_date(Instant instant) {
  const std::chrono::sys_seconds time{std::chrono::seconds{instant.seconds}};
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)};
}

}  // namespace

std::optional<Instant> instant_from_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  scanner.require('-');
  const int month = scanner.digits(2);
  scanner.require('-');
  const int day = scanner.digits(2);
  scanner.require('T');
  const int hour = scanner.digits(2);
  scanner.require(':');
  const int minute = scanner.digits(2);
  scanner.require(':');
  const int second = scanner.digits(2);
  const std::int32_t nanoseconds = scanner.take('.') ? scanner.fraction() : 0;
  std::int64_t offset = 0;
  if (!scanner.take('Z')) {
    const bool west = scanner.take('-');
    if (!west) scanner.require('+');
    const int offset_hours = scanner.digits(2);
    scanner.require(':');
    const int offset_minutes = scanner.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = offset_hours * kSecondsPerHour + offset_minutes * kSecondsPerMinute;
    if (west) offset = -offset;
  }
  if (!scanner.done() || hour > 23 || minute > 59 || second > 59) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const Instant instant{
      days * kSecondsPerDay + hour * kSecondsPerHour + minute * kSecondsPerMinute + second - offset,
      nanoseconds};
  if (instant < kFirst || instant > kLast) return std::nullopt;
  return instant;
}

std::string to_rfc3339(Instant instant) {
  const std::int64_t second_of_day =
      ((instant.seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  std::string fraction;
  if (instant.nanoseconds != 0) {
    fraction = fmt::format(".{:09}", instant.nanoseconds);
    fraction.erase(fraction.find_last_not_of('0') + 1);
  }
  return fmt::format("{}T{:02}:{:02}:{:02}{}Z", to_date(instant), second_of_day / kSecondsPerHour,
                     second_of_day % kSecondsPerHour / kSecondsPerMinute,
                     second_of_day % kSecondsPerMinute, fraction);
}

std::optional<Instant> instant_from_canonical(std::string_view text) {
  const std::optional<Instant> instant = instant_from_rfc3339(text);
  return instant && to_rfc3339(*instant) == text ? instant : std::nullopt;
}

std::string to_date(Instant instant) {
  const std::chrono::year_month_day date = utc_date(instant);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace hookplan
