// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/generate/random_choice.h"

namespace hookplan::generate {
namespace {

// Go's reader makes an int of a decimal number up to here, and writes it back unchanged. Above
// int64 it makes an uint64, which it refuses as a key, or a float.
constexpr std::size_t kMaxSafeDigits = 18;

constexpr std::array<std::string_view, 16> kTypedWords = {
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
    // not typed in themselves, but readers differ in them:
    "t", "f", "none", "nil"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, {}, lower, lower);
}

bool is_safe_integer(std::string_view text) {
  if (text.empty() || text.size() > kMaxSafeDigits) return false;
  if (!std::ranges::all_of(text, is_digit)) return false;
  return text.size() == 1 || text[0] != '0';
}

// A space where a line may be broken: folding gives exactly one space back.
bool is_fold_point(std::string_view text, std::size_t i) {
  if (i == 0 || i + 1 >= text.size() || text[i] != ' ') return false;
  const std::string_view around = " \n";
  return around.find(text[i - 1]) == std::string_view::npos &&
         around.find(text[i + 1]) == std::string_view::npos;
}

// At column 0 these would end the document, even within quotes.
bool is_document_marker(std::string_view rest) {
  return rest.starts_with("---") || rest.starts_with("...");
}

class LineBreaker {
 public:
  LineBreaker(const ScalarPlace& place, std::mt19937_64& random) : place_(place), random_(random) {
    if (!place.key && !place.json) folds_ = percent(random, place.fold_percent);
  }

  bool breaks(std::size_t chance) { return folds_ && percent(random_, chance); }

  // Go's reader lets a further line of a quoted scalar start even at column 0, where it looks most
  // like a key of the document.
  std::string line_start(std::string_view rest, bool quoted) {
    if (quoted && one_in(random_, 5) && !is_document_marker(rest)) return "\n";
    const std::size_t deeper = below(random_, 4);
    return '\n' + std::string(place_.fold_indent + deeper, ' ');
  }

 private:
  const ScalarPlace& place_;
  std::mt19937_64& random_;
  bool folds_ = false;
};

std::string hexadecimal(unsigned value, std::size_t digits, std::mt19937_64& random) {
  const std::string_view alphabet = one_in(random, 2) ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0; --i, value /= 16) text[i - 1] = alphabet[value % 16];
  return text;
}

std::string escaped(char c, bool json, std::mt19937_64& random) {
  const auto value = static_cast<unsigned>(static_cast<unsigned char>(c));
  const std::size_t form = json ? 0 : below(random, 4);
  if (form == 1) return "\\x" + hexadecimal(value, 2, random);
  if (form == 2) return "\\U" + hexadecimal(value, 8, random);
  return "\\u" + hexadecimal(value, 4, random);
}

std::string write_plain(const std::string& text, const ScalarPlace& place,
                        std::mt19937_64& random) {
  LineBreaker breaker(place, random);
  std::string written;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_fold_point(text, i) && breaker.breaks(30)) {
      written += breaker.line_start("", false);
    } else {
      written += text[i];
    }
  }
  return written;
}

std::string write_single_quoted(const std::string& text, const ScalarPlace& place,
                                std::mt19937_64& random) {
  LineBreaker breaker(place, random);
  std::string written = "'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_fold_point(text, i) && breaker.breaks(30)) {
      written += breaker.line_start(std::string_view(text).substr(i + 1), true);
      continue;
    }
    if (text[i] == '\'') written += '\'';
    written += text[i];
  }
  return written + "'";
}

std::string write_double_quoted(const std::string& text, const ScalarPlace& place,
                                std::mt19937_64& random) {
  LineBreaker breaker(place, random);
  std::size_t escape_percent = 0;
  if (one_in(random, 8)) escape_percent = one_in(random, 6) ? 100 : 10;
  std::string written = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (is_fold_point(text, i) && breaker.breaks(30)) {
      written += breaker.line_start(rest.substr(1), true);
      continue;
    }
    // An escaped line break leaves nothing behind. Not in front of a space, which it would eat.
    const bool may_break = i > 0 && text[i] != ' ' && !continues_character(text[i]);
    if (may_break && breaker.breaks(4)) {
      written += '\\';
      written += breaker.line_start(rest, true);
    }
    const char c = text[i];
    if (c == '\n') {
      written += "\\n";
    } else if (c == '"' || c == '\\') {
      written += '\\';
      written += c;
    } else if (!is_beyond_ascii(c) && percent(random, escape_percent)) {
      written += escaped(c, place.json, random);
    } else {
      written += c;
    }
  }
  return written + '"';
}

}  // namespace

bool reads_as_text(std::string_view text) {
  if (text.empty()) return false;
  if (!is_digit(text[0])) {
    return std::ranges::none_of(
        kTypedWords, [&](std::string_view word) { return equals_ignoring_case(text, word); });
  }
  // Nothing made of these only: a number of any base, a date or a sexagesimal number. An instant
  // with its T is a timestamp for Go's reader, but one that it keeps as the text.
  return text.find_first_not_of("0123456789abcdefABCDEFxXoO_+-.:") != std::string_view::npos;
}

bool may_be_plain(std::string_view text, const ScalarPlace& place) {
  if (place.json) return false;
  if (place.key && is_safe_integer(text)) return true;
  if (!reads_as_text(text)) return false;
  const char first = text[0];
  const bool starts_well =
      is_letter(first) || is_digit(first) || is_beyond_ascii(first) || first == '_' || first == '/';
  if (!starts_well || text.back() == ' ' || text.back() == ':') return false;
  const std::string_view marks =
      place.flow ? "_-./+=@%~$^ :#'\"\\" : "_-./+=@%~$^ :#'\"\\,[]{}?!&*|<>`();";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') {
      const char next = text[i + 1];
      if (!is_letter(next) && !is_digit(next) && next != '/') return false;
    }
    if (c == '#' && text[i - 1] == ' ') return false;
    const bool usual = is_letter(c) || is_digit(c) || is_beyond_ascii(c);
    if (!usual && marks.find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string write_text(const std::string& text, const ScalarPlace& place, std::mt19937_64& random) {
  const bool quote = percent(random, place.quote_percent);
  if (!quote && may_be_plain(text, place)) return write_plain(text, place, random);
  // A line break within single quotes would have to be doubled; \n says it better.
  const bool needs_double = place.json || text.find('\n') != std::string::npos;
  if (needs_double || one_in(random, 2)) return write_double_quoted(text, place, random);
  return write_single_quoted(text, place, random);
}

bool may_be_block_scalar(std::string_view text) {
  if (text.empty() || text[0] == '\n') return false;
  if (text.back() == '\n') text.remove_suffix(1);
  return !text.empty() && text.back() != '\n' && text.back() != ' ';
}

std::string write_block_scalar(const std::string& text, std::size_t parent,
                               const std::string& header_comment, std::mt19937_64& random) {
  const bool ends_line = text.back() == '\n';
  const std::string_view body = std::string_view(text).substr(0, text.size() - (ends_line ? 1 : 0));
  const bool starts_with_space = text[0] == ' ';
  const bool one_line = body.find('\n') == std::string_view::npos;
  const bool folded = one_line && !starts_with_space && one_in(random, 2);

  const std::size_t deeper = 1 + below(random, 8);
  const std::string digit =
      starts_with_space || one_in(random, 8) ? std::to_string(deeper) : std::string();
  const std::string chomping = ends_line ? "" : "-";
  std::string written = folded ? ">" : "|";
  written += one_in(random, 2) ? digit + chomping : chomping + digit;
  written += header_comment;

  const std::string line_start = '\n' + std::string(parent + deeper, ' ');
  written += line_start;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\n') {
      const bool empty_line = body[i + 1] == '\n';
      written += empty_line ? std::string("\n") : line_start;
    } else if (folded && is_fold_point(body, i) && percent(random, 30)) {
      written += line_start;
    } else {
      written += body[i];
    }
  }
  return written + '\n';
}

}  // namespace hookplan::generate
