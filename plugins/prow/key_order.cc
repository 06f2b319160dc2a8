// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/key_order.h"

#include <cstddef>
#include <cstdint>

#include "core/base/text.h"

namespace hookplan {
namespace {

// Forges have names of ASCII only; whatever lies beyond counts as a letter, which is right for the
// letters of all scripts.
bool is_letter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

struct Run {
  std::uint64_t number = 0;
  std::size_t size = 0;
};

// The digits from `at` on, as a number whose leading digit is `lead`. The library's 64 bits
// overflow on long runs, and so do these.
Run digits_at(std::string_view name, std::size_t at, std::uint64_t lead) {
  Run run{lead, 0};
  for (; at + run.size < name.size() && is_digit(name[at + run.size]); ++run.size) {
    run.number = run.number * 10 + static_cast<std::uint64_t>(name[at + run.size] - '0');
  }
  return run;
}

// Whether the digits just before `at` have one that is not zero: then a zero at `at` counts.
bool follows_a_number(std::string_view name, std::size_t at) {
  while (at > 0 && is_digit(name[at - 1])) {
    if (name[--at] != '0') return true;
  }
  return false;
}

}  // namespace

bool stands_before(std::string_view one, std::string_view other) {
  std::size_t at = 0;
  while (at < one.size() && at < other.size() && one[at] == other[at]) ++at;
  if (at == one.size() || at == other.size()) return one.size() < other.size();
  const bool letter = is_letter(one[at]);
  const bool other_letter = is_letter(other[at]);
  // UTF-8 sorts by bytes as it does by characters.
  const bool lower = static_cast<unsigned char>(one[at]) < static_cast<unsigned char>(other[at]);
  if (letter && other_letter) return lower;
  if (letter || other_letter) return other_letter;
  const bool zero = one[at] == '0' || other[at] == '0';
  const std::uint64_t lead = zero && follows_a_number(one, at) ? 1 : 0;
  const Run run = digits_at(one, at, lead);
  const Run other_run = digits_at(other, at, lead);
  if (run.number != other_run.number) {
    return static_cast<std::int64_t>(run.number) < static_cast<std::int64_t>(other_run.number);
  }
  if (run.size != other_run.size) return run.size < other_run.size;
  return lower;
}

std::vector<std::string_view> names_in_order(const TokenMap& tokens) {
  // Insertion by halving, from the order of the bytes: it needs no consistent order to be defined,
  // as std::sort would, and keeps every neighbour in order.
  std::vector<std::string_view> names;
  names.reserve(tokens.size());
  for (const auto& [name, list] : tokens) {
    std::size_t from = 0;
    std::size_t to = names.size();
    while (from < to) {
      const std::size_t middle = from + (to - from) / 2;
      if (stands_before(names[middle], name)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    names.insert(names.begin() + static_cast<std::ptrdiff_t>(from), name);
  }
  return names;
}

}  // namespace hookplan
