// SPDX-License-Identifier: Apache-2.0
#include "core/config/plain_entries.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace hookplan {
namespace {

bool is_before(const Entry& a, const Entry& b) {
  const int order = a.name.compare(b.name);
  return order != 0 ? order < 0 : a.lines.line < b.lines.line;
}

// Of a valid time in the one form that plain entries have; many times faster than asking the reader
// of all forms.
Instant instant_of(std::string_view time) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    std::int64_t value = 0;
    for (const char c : time.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  constexpr std::int64_t kSecondsOfDay = 86'400;
  return {std::chrono::sys_days(day).time_since_epoch().count() * kSecondsOfDay +
              number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2),
          0};
}

}  // namespace

void sort_by_name(std::vector<Entry>& entries) {
  if (!std::ranges::is_sorted(entries, is_before)) std::ranges::stable_sort(entries, is_before);
}

std::vector<Entry> merge_by_name(std::vector<Entry> some, std::vector<Entry> others) {
  sort_by_name(some);
  sort_by_name(others);
  std::vector<Entry> all;
  all.reserve(some.size() + others.size());
  std::merge(std::move_iterator(some.begin()), std::move_iterator(some.end()),
             std::move_iterator(others.begin()), std::move_iterator(others.end()),
             std::back_inserter(all), is_before);
  return all;
}

std::vector<Entry> entries_of(const SectionScan& scan) {
  std::vector<Entry> entries;
  entries.reserve(scan.entries.size());
  for (const PlainEntry& plain : scan.entries) {
    entries.push_back(
        {std::string(plain.name), instant_of(plain.time), {plain.line, plain.end_line}});
  }
  return entries;
}

}  // namespace hookplan
