// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/go_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace hookplan::oracle {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 36 for what is no digit in any base.
unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A') + 10;
  return 36;
}

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t n = 0;
  while (from + n < text.size() && is_digit(text[from + n])) ++n;
  return n;
}

}  // namespace

std::optional<std::uint64_t> parse_go_uint(std::string_view text, unsigned base) {
  if (text.empty()) return std::nullopt;
  if (base == 0) {
    base = 10;
    if (text[0] == '0') {
      const char prefix = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
      base = prefix == 'b' ? 2 : prefix == 'o' ? 8 : prefix == 'x' ? 16 : 8;
      const bool long_prefix = prefix == 'b' || prefix == 'o' || prefix == 'x';
      text.remove_prefix(long_prefix ? 2 : 1);
    }
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    const unsigned digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    if (value > kMax / base || value * base > kMax - digit) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::optional<std::int64_t> parse_go_int(std::string_view text, unsigned base) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const auto magnitude = parse_go_uint(text, base);
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63U;
  if (!magnitude || *magnitude > kLimit || (*magnitude == kLimit && !negative)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

bool looks_like_yaml_float(std::string_view text) {
  std::size_t pos = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::size_t whole = count_digits(text, pos);
  pos += whole;
  if (pos < text.size() && text[pos] == '.') {
    const std::size_t decimals = count_digits(text, ++pos);
    pos += decimals;
    if (whole + decimals == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (pos < text.size() && (text[pos] == 'e' || text[pos] == 'E')) {
    ++pos;
    if (pos < text.size() && (text[pos] == '+' || text[pos] == '-')) ++pos;
    const std::size_t exponent = count_digits(text, pos);
    if (exponent == 0) return false;
    pos += exponent;
  }
  return pos == text.size();
}

std::optional<double> parse_decimal_float(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (std::isinf(value)) return std::nullopt;
  return value;
}

std::optional<double> parse_go_float(const std::string& text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      digits.push_back(text[i]);
      continue;
    }
    const bool between_digits =
        i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (!between_digits) return std::nullopt;
  }
  if (!looks_like_yaml_float(digits)) return std::nullopt;
  return parse_decimal_float(digits);
}

std::string format_float_key(double value) {
  if (std::isnan(value)) return ".nan";
  constexpr double kRoundsToInfinity = 0x1.ffffffp127;
  if (std::fabs(value) >= kRoundsToInfinity) return value > 0 ? ".inf" : "-.inf";
  const auto narrow = static_cast<float>(value);
  if (narrow == 0) return std::signbit(narrow) ? "-0" : "0";

  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), narrow,
                                     std::chars_format::scientific);
  const std::string_view scientific(buffer.data(),
                                    static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(std::string(scientific.substr(e + 1)).c_str());
  // Go's %g with shortest digits takes the exponent form outside 1e-4 .. 1e6, also where the
  // plain form would be shorter. Both Go and C++ write at least two exponent digits.
  if (exponent < -4 || exponent >= 6) return std::string(scientific);

  std::string digits;
  for (const char c : scientific.substr(0, e)) {
    if (is_digit(c)) digits.push_back(c);
  }
  std::string out = narrow < 0 ? "-" : "";
  if (exponent < 0) {
    return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0');
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int quantum = 0;  // characters in the current group of four
  int padding = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (quantum < 2 || quantum + padding >= 4) return std::nullopt;
      ++padding;
      continue;
    }
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<unsigned>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<unsigned>(c - 'a') + 26;
    } else if (is_digit(c)) {
      value = static_cast<unsigned>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    if (padding > 0) return std::nullopt;
    bits = (bits << 6U) | value;
    if (++quantum == 4) {
      for (const unsigned shift : {16U, 8U, 0U}) {
        out.push_back(static_cast<char>((bits >> shift) & 0xFFU));
      }
      quantum = 0;
      bits = 0;
    }
  }
  if (quantum == 0) return out;
  if (quantum + padding != 4) return std::nullopt;
  bits <<= 6U * static_cast<unsigned>(padding);
  out.push_back(static_cast<char>((bits >> 16U) & 0xFFU));
  if (quantum == 3) out.push_back(static_cast<char>((bits >> 8U) & 0xFFU));
  return out;
}

}  // namespace hookplan::oracle
