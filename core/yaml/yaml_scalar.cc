// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::array<std::string_view, 11> kTrue = {"y",  "Y",  "yes",  "Yes",  "YES", "on",
                                                    "On", "ON", "true", "True", "TRUE"};
constexpr std::array<std::string_view, 11> kFalse = {"n",   "N",   "no",    "No",    "NO",   "off",
                                                     "Off", "OFF", "false", "False", "FALSE"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kNotANumber = {".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> kInfinity = {".inf", ".Inf", ".INF"};

template <std::size_t size>
bool is_one_of(std::string_view scalar, const std::array<std::string_view, size>& words) {
  return std::ranges::find(words, scalar) != words.end();
}

std::string without_underscores(std::string_view scalar) {
  std::string plain(scalar);
  std::erase(plain, '_');
  return plain;
}

std::string_view without_sign(std::string_view number) {
  if (!number.empty() && (number.front() == '+' || number.front() == '-')) number.remove_prefix(1);
  return number;
}

bool all_digits_of_base(std::string_view digits, int base) {
  return !digits.empty() && std::ranges::all_of(digits, [&](char c) {
    if (is_digit(c)) return c - '0' < base;
    const char lower = static_cast<char>(c | 0x20);
    return base == 16 && lower >= 'a' && lower <= 'f';
  });
}

// Digits of base 2, 8, 10 or 16 with their prefix, of whatever size. A number too large for an
// integer becomes a float or stays text in yaml.v2; either way it is not to be trusted as a key.
bool looks_like_integer(std::string_view number) {
  if (number.size() > 2 && number[0] == '0') {
    const char lower = static_cast<char>(number[1] | 0x20);
    const std::string_view digits = number.substr(2);
    if (lower == 'x') return all_digits_of_base(digits, 16);
    if (lower == 'o') return all_digits_of_base(digits, 8);
    if (lower == 'b') {
      return all_digits_of_base(without_sign(digits), 2);
    }
  }
  return all_digits_of_base(number, 10);
}

// [0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)? with a digit in it.
bool looks_like_float(std::string_view number) {
  std::size_t i = 0;
  std::size_t digits = 0;
  while (i < number.size() && is_digit(number[i])) ++i, ++digits;
  if (i < number.size() && number[i] == '.') ++i;
  while (i < number.size() && is_digit(number[i])) ++i, ++digits;
  if (digits == 0) return false;
  if (i < number.size() && (number[i] | 0x20) == 'e') {
    ++i;
    if (i < number.size() && (number[i] == '+' || number[i] == '-')) ++i;
    const std::size_t exponent = i;
    while (i < number.size() && is_digit(number[i])) ++i;
    if (i == exponent) return false;
  }
  return i == number.size();
}

}  // namespace

PlainType plain_type(std::string_view scalar) {
  if (is_one_of(scalar, kNull)) return PlainType::null;
  if (scalar == "<<") return PlainType::merge;
  if (plain_boolean(scalar)) return PlainType::boolean;
  if (is_one_of(scalar, kNotANumber) || is_one_of(without_sign(scalar), kInfinity)) {
    return PlainType::not_finite;
  }
  const char first = scalar.front();
  if (!is_digit(first) && first != '+' && first != '-' && first != '.') return PlainType::text;
  const std::string plain = without_underscores(scalar);
  const std::string_view number = without_sign(plain);
  if (looks_like_integer(number)) return PlainType::integer;
  if (looks_like_float(number)) return PlainType::floating;
  return PlainType::text;
}

std::optional<bool> plain_boolean(std::string_view scalar) {
  if (is_one_of(scalar, kTrue)) return true;
  if (is_one_of(scalar, kFalse)) return false;
  return std::nullopt;
}

bool plain_key_keeps_its_text(std::string_view scalar) {
  switch (plain_type(scalar)) {
    case PlainType::text: return true;
    case PlainType::integer: {
      constexpr std::size_t kSurelyInteger = 18;  // digits that fit 64 bits
      return scalar == "0" || (std::ranges::all_of(scalar, is_digit) && scalar.front() != '0' &&
                               scalar.size() <= kSurelyInteger);
    }
    case PlainType::null:
    case PlainType::boolean:
    case PlainType::floating:
    case PlainType::not_finite:
    case PlainType::merge: return false;
  }
  return false;
}

}  // namespace hookplan
