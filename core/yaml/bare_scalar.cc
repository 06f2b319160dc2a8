// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/bare_scalar.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

bool is_sign(char c) { return c == '+' || c == '-'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::uint64_t> number_of(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// Base 10, or what the prefix says; a leading zero means base 8.
std::optional<std::uint64_t> prefixed_number(std::string_view digits) {
  if (!digits.starts_with('0')) return number_of(digits, 10);
  if (digits.size() == 1) return 0;
  if (digits.size() > 2) {
    const char kind = static_cast<char>(digits[1] | 0x20);
    if (kind == 'x') return number_of(digits.substr(2), 16);
    if (kind == 'o') return number_of(digits.substr(2), 8);
    if (kind == 'b') return number_of(digits.substr(2), 2);
  }
  return number_of(digits.substr(1), 8);
}

// A magnitude with an optional sign before it: 64 bits with a sign, or all of them without.
bool fits(std::optional<std::uint64_t> magnitude, char sign) {
  if (!magnitude) return false;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (sign == '-') return *magnitude <= kMax + 1;
  return sign != '+' || *magnitude <= kMax;
}

bool is_integer(std::string_view number) {
  const char sign = !number.empty() && is_sign(number.front()) ? number.front() : '\0';
  if (fits(prefixed_number(sign == '\0' ? number : number.substr(1)), sign)) return true;
  // The library takes a sign after 0b.
  if (!number.starts_with("0b") || number.size() < 4 || !is_sign(number[2])) return false;
  return fits(number_of(number.substr(3), 2), number[2]);
}

// True if the number is not too large for a double. REQUIRES: digits with a point or exponent, no
// sign before them.
bool is_finite(std::string_view number) {
  double value = 0;
  const char* const end = number.data() + number.size();
  if (std::from_chars(number.data(), end, value).ec != std::errc::result_out_of_range) return true;
  // Too large or too close to zero: the exponent of the first digit that counts tells which.
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  std::string_view exponent_text = mark == number.size() ? "0" : number.substr(mark + 1);
  const bool negative = exponent_text.starts_with('-');
  if (is_sign(exponent_text.front())) exponent_text.remove_prefix(1);
  constexpr std::int64_t kFar = std::int64_t{1} << 40;
  std::int64_t exponent = kFar;
  const auto parsed = number_of(exponent_text, 10);
  if (parsed && *parsed < static_cast<std::uint64_t>(kFar)) {
    exponent = static_cast<std::int64_t>(*parsed);
  }
  if (negative) exponent = -exponent;
  return exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) < 0;
}

// Digits with at most one point, and an exponent: a float unless it is infinite.
bool is_float(std::string_view number) {
  if (!number.empty() && is_sign(number.front())) number.remove_prefix(1);
  std::string_view rest = number;
  const bool whole = !take_digits(rest).empty();
  const bool fraction = take(rest, '.') && !take_digits(rest).empty();
  if (!whole && !fraction) return false;
  if (take(rest, 'e') || take(rest, 'E')) {
    if (!take(rest, '-')) take(rest, '+');
    if (take_digits(rest).empty()) return false;
  }
  return rest.empty() && is_finite(number);
}

// Where a number begins with a point, underscores may stand between digits only.
bool is_float_from_point(std::string_view scalar) {
  for (std::size_t i = 0; i < scalar.size(); ++i) {
    if (scalar[i] != '_') continue;
    const bool between =
        is_digit(scalar[i - 1]) && i + 1 < scalar.size() && is_digit(scalar[i + 1]);
    if (!between) return false;
  }
  std::string number(scalar);
  std::erase(number, '_');
  return is_float(number);
}

// One or two digits, as a number of at most `most`.
std::optional<unsigned> take_short(std::string_view& text, unsigned most) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const std::size_t size = text.size() > 1 && is_digit(text[1]) ? 2 : 1;
  const auto number = number_of(text.substr(0, size), 10);
  text.remove_prefix(size);
  if (!number || *number > most) return std::nullopt;
  return static_cast<unsigned>(*number);
}

bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || !is_sign(text[0]) || text[3] != ':') return false;
  const std::string_view hours = text.substr(1, 2);
  const std::string_view minutes = text.substr(4, 2);
  if (!std::ranges::all_of(hours, is_digit) || !std::ranges::all_of(minutes, is_digit))
    return false;
  return hours <= "24" && minutes <= "60";
}

// The four forms of the library: a date alone, or with a time after T or t with a zone, or after
// spaces without one. Fields may have one digit.
bool is_timestamp(std::string_view text) {
  const auto year = number_of(take_digits(text).substr(0, 4), 10);
  if (!year || !take(text, '-')) return false;
  const auto month = take_short(text, 12);
  if (!month || !take(text, '-')) return false;
  const auto day = take_short(text, 31);
  if (!day || !std::chrono::year_month_day{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}}
                   .ok()) {
    return false;
  }
  if (text.empty()) return true;
  const bool zoned = take(text, 'T') || take(text, 't');
  if (!zoned) {
    if (!take(text, ' ')) return false;
    while (take(text, ' ')) {
    }
  }
  if (!take_short(text, 23) || !take(text, ':') || !take_short(text, 59) || !take(text, ':') ||
      !take_short(text, 59)) {
    return false;
  }
  if (text.size() > 1 && (text[0] == '.' || text[0] == ',') && is_digit(text[1])) {
    text.remove_prefix(1);
    take_digits(text);
  }
  return zoned ? is_zone(text) : text.empty();
}

bool has_four_digit_year(std::string_view text) {
  return text.size() > 4 && text[4] == '-' && std::ranges::all_of(text.substr(0, 4), is_digit);
}

// [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
bool is_base_60(std::string_view text) {
  if (!take(text, '-')) take(text, '+');
  if (text.empty() || !is_digit(text.front())) return false;
  const auto of_number = [](char c) { return is_digit(c) || c == '_'; };
  const auto skip_number = [&] {
    while (!text.empty() && of_number(text.front())) text.remove_prefix(1);
  };
  skip_number();
  if (!text.starts_with(':')) return false;
  while (take(text, ':')) {
    if (!take_short(text, 59)) return false;
  }
  if (take(text, '.')) skip_number();
  return text.empty();
}

}  // namespace

BareMeaning bare_meaning(std::string_view scalar) {
  if (plain_boolean(scalar)) return BareMeaning::boolean;
  const PlainType type = plain_type(scalar);
  if (type == PlainType::null) return BareMeaning::null;
  if (type == PlainType::not_finite) return BareMeaning::floating;
  const char first = scalar.front();
  if (first == '.') return is_float_from_point(scalar) ? BareMeaning::floating : BareMeaning::text;
  if (!is_digit(first) && !is_sign(first)) return BareMeaning::text;
  if (has_four_digit_year(scalar) && is_timestamp(scalar)) return BareMeaning::timestamp;
  std::string number(scalar);
  std::erase(number, '_');
  if (is_integer(number)) return BareMeaning::integer;
  return is_float(number) ? BareMeaning::floating : BareMeaning::text;
}

bool means_itself(std::string_view text) {
  return bare_meaning(text) == BareMeaning::text && !is_base_60(text);
}

bool keeps_its_text(std::string_view scalar) {
  switch (bare_meaning(scalar)) {
    case BareMeaning::text:
    case BareMeaning::timestamp: return true;
    case BareMeaning::integer: {
      const std::string_view digits = scalar.substr(scalar.starts_with('-') ? 1 : 0);
      return scalar == "0" || (digits.front() != '0' && std::ranges::all_of(digits, is_digit));
    }
    case BareMeaning::null:
    case BareMeaning::boolean:
    case BareMeaning::floating: return false;
  }
  return false;
}

}  // namespace hookplan
