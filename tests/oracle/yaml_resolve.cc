// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/yaml_resolve.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "tests/oracle/go_number.h"
#include "tests/oracle/go_time.h"

namespace hookplan::oracle {
namespace {

enum class Tag { kNone, kStr, kBool, kInt, kFloat, kNull, kTimestamp, kBinary, kOther };

Tag classify_tag(std::string_view tag) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (tag.empty()) return Tag::kNone;
  if (!tag.starts_with(kPrefix)) return Tag::kOther;
  const std::string_view name = tag.substr(kPrefix.size());
  if (name == "str") return Tag::kStr;
  if (name == "bool") return Tag::kBool;
  if (name == "int") return Tag::kInt;
  if (name == "float") return Tag::kFloat;
  if (name == "null") return Tag::kNull;
  if (name == "timestamp") return Tag::kTimestamp;
  if (name == "binary") return Tag::kBinary;
  return Tag::kOther;
}

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<Scalar> resolve_word(std::string_view text) {
  constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                      "True", "TRUE", "on",  "On",  "ON"};
  constexpr std::array<std::string_view, 11> kFalse = {
      "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
  constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
  constexpr std::array<std::string_view, 6> kInf = {".inf",  ".Inf",  ".INF",
                                                    "+.inf", "+.Inf", "+.INF"};
  constexpr std::array<std::string_view, 3> kMinusInf = {"-.inf", "-.Inf", "-.INF"};
  if (text.size() > 5) return std::nullopt;
  Scalar scalar;
  if (one_of(text, kNull)) return scalar;
  scalar.kind = ScalarKind::kBool;
  scalar.boolean = one_of(text, kTrue);
  if (scalar.boolean || one_of(text, kFalse)) return scalar;
  scalar.kind = ScalarKind::kFloat;
  if (one_of(text, kNan)) {
    scalar.floating = std::numeric_limits<double>::quiet_NaN();
    return scalar;
  }
  scalar.floating = std::numeric_limits<double>::infinity();
  if (one_of(text, kInf)) return scalar;
  scalar.floating = -scalar.floating;
  if (one_of(text, kMinusInf)) return scalar;
  return std::nullopt;
}

Scalar make_int(std::int64_t value) {
  Scalar scalar;
  scalar.kind = ScalarKind::kInt;
  scalar.integer = value;
  return scalar;
}

Scalar make_uint(std::uint64_t value) {
  Scalar scalar;
  scalar.kind = ScalarKind::kUint;
  scalar.unsigned_integer = value;
  return scalar;
}

Scalar make_float(double value) {
  Scalar scalar;
  scalar.kind = ScalarKind::kFloat;
  scalar.floating = value;
  return scalar;
}

std::optional<Scalar> resolve_number(const std::string& text) {
  std::string digits = text;
  std::erase(digits, '_');
  if (const auto value = parse_go_int(digits, 0)) return make_int(*value);
  if (const auto value = parse_go_uint(digits, 0)) return make_uint(*value);
  if (looks_like_yaml_float(digits)) {
    if (const auto value = parse_decimal_float(digits)) return make_float(*value);
  }
  // Left over from before Go knew 0b itself; what still gets here are signs behind the prefix.
  if (digits.starts_with("0b")) {
    if (const auto value = parse_go_int(digits.substr(2), 2)) return make_int(*value);
    if (const auto value = parse_go_uint(digits.substr(2), 2)) return make_uint(*value);
  } else if (digits.starts_with("-0b")) {
    if (const auto value = parse_go_int("-" + digits.substr(3), 2)) return make_int(*value);
  }
  return std::nullopt;
}

// The type the text itself suggests. Only the first character decides which rules are tried.
Scalar resolve_untagged(const std::string& text) {
  Scalar as_text;
  as_text.kind = ScalarKind::kString;
  as_text.text = text;
  const char first = text.empty() ? '~' : text[0];
  const bool numeric = first == '+' || first == '-' || (first >= '0' && first <= '9');
  const bool word = std::string_view("yYnNtTfFoO~").find(first) != std::string_view::npos;
  if (!numeric && !word && first != '.') return as_text;
  if (auto found = resolve_word(text)) return *found;
  if (first == '.') {
    if (const auto value = parse_go_float(text)) return make_float(*value);
  } else if (numeric) {
    if (auto found = resolve_number(text)) return *found;
  }
  return as_text;
}

bool fits_tag(Tag tag, const std::string& text, Scalar& scalar) {
  switch (tag) {
    case Tag::kBool: return scalar.kind == ScalarKind::kBool;
    case Tag::kInt: return scalar.kind == ScalarKind::kInt || scalar.kind == ScalarKind::kUint;
    case Tag::kFloat:
      if (scalar.kind == ScalarKind::kInt) {
        scalar = make_float(static_cast<double>(scalar.integer));
      }
      return scalar.kind == ScalarKind::kFloat;
    case Tag::kNull: return scalar.kind == ScalarKind::kNull;
    case Tag::kTimestamp:
      scalar = Scalar{};
      scalar.kind = ScalarKind::kString;
      scalar.text = text;
      return is_yaml_timestamp(text);
    default: return true;
  }
}

}  // namespace

bool resolve_scalar(const std::string& tag, const std::string& value, bool plain, Scalar& out,
                    std::string& error) {
  const Tag known = classify_tag(tag);
  const bool verbatim =
      known == Tag::kOther || known == Tag::kStr || (known == Tag::kNone && !plain);
  if (verbatim || known == Tag::kBinary) {
    out = Scalar{};
    out.kind = ScalarKind::kString;
    out.text = value;
    if (known == Tag::kBinary) {
      const auto decoded = decode_base64(value);
      if (!decoded) {
        error = "!!binary value contains invalid base64 data";
        return false;
      }
      out.text = *decoded;
    }
    return true;
  }
  out = resolve_untagged(value);
  if (!fits_tag(known, value, out)) {
    error = "cannot decode `" + value + "` as a " + tag;
    return false;
  }
  return true;
}

bool key_text(const Scalar& key, std::string& out) {
  switch (key.kind) {
    case ScalarKind::kString: out = key.text; return true;
    case ScalarKind::kBool: out = key.boolean ? "true" : "false"; return true;
    case ScalarKind::kInt: out = std::to_string(key.integer); return true;
    case ScalarKind::kFloat: out = format_float_key(key.floating); return true;
    case ScalarKind::kNull:
    case ScalarKind::kUint: break;
  }
  return false;
}

}  // namespace hookplan::oracle
