// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_view.h"

#include <algorithm>
#include <charconv>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr int kMaxJsonDepth = 64;

void append_utf8(std::string& text, std::uint32_t c) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  const auto rest = [&](unsigned shift) { byte(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0U | (c >> 6U));
    rest(0);
  } else if (c < 0x10000) {
    byte(0xE0U | (c >> 12U));
    rest(6);
    rest(0);
  } else {
    byte(0xF0U | (c >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

// REQUIRES: four hexadecimal digits are there.
std::uint32_t code_unit(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + 4, value, 16);
  return value;
}

// REQUIRES: `raw` is a string that was read, without its quotes.
std::string unescaped(std::string_view raw) {
  constexpr std::string_view kLetters = "bfnrt";
  constexpr std::string_view kMeanings = "\b\f\n\r\t";
  std::string text;
  // Once, because what a text that grows leaves behind is not wiped.
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      text += raw[i];
      continue;
    }
    const char letter = raw[++i];
    if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
      text += kMeanings[at];
    } else if (letter != 'u') {
      text += letter;
    } else {
      std::uint32_t unit = code_unit(raw.substr(i + 1));
      i += 4;
      const std::string_view after = raw.substr(i + 1);
      const bool is_high = unit >= 0xD800 && unit < 0xDC00;
      if (is_high && after.starts_with("\\u")) {
        const std::uint32_t low = code_unit(after.substr(2));
        if (low >= 0xDC00 && low < 0xE000) {
          unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
          i += 6;
        }
      }
      append_utf8(text, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    }
  }
  return text;
}

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

class JsonViewReader {
 public:
  explicit JsonViewReader(std::string_view text) : text_(text) {}

  std::optional<JsonView> read() {
    JsonView value;
    if (!read_value(value, 0)) return std::nullopt;
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    return value;
  }

 private:
  using Kind = JsonView::Kind;

  bool has(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!has(c)) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool take_digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > start;
  }

  bool take_number() {
    take('-');
    if (!take('0') && !take_digits()) return false;
    if (take('.') && !take_digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return take_digits();
  }

  bool take_escape() {
    if (at_ == text_.size()) return false;
    const char letter = text_[at_++];
    if (letter != 'u') return std::string_view("\"\\/bfnrt").find(letter) != std::string_view::npos;
    const std::string_view digits = text_.substr(at_, 4);
    at_ += digits.size();
    return digits.size() == 4 &&
           digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  }

  bool take_string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !take_escape()) return false;
    }
    return false;
  }

  bool read_items(JsonView& value, int depth) {
    skip_space();
    if (take(']')) return true;
    do {
      if (!read_value(value.items_.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool read_members(JsonView& value, int depth) {
    skip_space();
    if (take('}')) return true;
    std::vector<std::string> names;
    do {
      skip_space();
      const std::size_t start = at_;
      if (!take_string()) return false;
      const std::string_view name = text_.substr(start + 1, at_ - start - 2);
      names.push_back(unescaped(name));
      skip_space();
      if (!take(':')) return false;
      if (!read_value(value.members_.emplace_back(name, JsonView()).second, depth + 1))
        return false;
      skip_space();
    } while (take(','));
    std::ranges::sort(names);
    return take('}') && std::ranges::adjacent_find(names) == names.end();
  }

  bool read_value(JsonView& value, int depth) {
    skip_space();
    const std::size_t start = at_;
    if (depth > kMaxJsonDepth || start == text_.size()) return false;
    bool is_good = false;
    switch (text_[at_]) {
      case '{':
        ++at_;
        value.kind_ = Kind::object;
        is_good = read_members(value, depth);
        break;
      case '[':
        ++at_;
        value.kind_ = Kind::array;
        is_good = read_items(value, depth);
        break;
      case '"':
        value.kind_ = Kind::string;
        is_good = take_string();
        break;
      case 'n': is_good = take_word("null"); break;
      case 't':
      case 'f':
        value.kind_ = Kind::boolean;
        is_good = take_word("true") || take_word("false");
        break;
      default:
        value.kind_ = Kind::number;
        is_good = take_number();
        break;
    }
    value.raw_ = text_.substr(start, at_ - start);
    return is_good;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<JsonView> JsonView::of(std::string_view text) {
  if (!is_utf8(text)) return std::nullopt;
  return JsonViewReader(text).read();
}

const JsonView* JsonView::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &Member::first);
  return found == members_.end() ? nullptr : &found->second;
}

const JsonView* JsonView::find(std::string_view name, std::string_view below) const {
  const JsonView* const value = find(name);
  return value == nullptr ? nullptr : value->find(below);
}

std::string JsonView::text() const {
  if (kind_ != Kind::string) return {};
  return unescaped(raw_.substr(1, raw_.size() - 2));
}

std::string JsonView::text_of(std::string_view name) const {
  const JsonView* const value = find(name);
  return value == nullptr ? std::string() : value->text();
}

std::optional<Secret> JsonView::secret() const {
  if (kind_ != Kind::string) return std::nullopt;
  std::string text = unescaped(raw_.substr(1, raw_.size() - 2));
  Secret secret = Secret::copy_of(text);
  wipe(text);
  return secret;
}

std::optional<Secret> JsonView::decoded() const {
  // Not Secret(): readers of text want a place even for nothing.
  if (kind_ == Kind::null) return Secret::copy_of("");
  if (kind_ != Kind::string) return std::nullopt;
  std::optional<std::string> bytes = bytes_from_base64(raw_.substr(1, raw_.size() - 2));
  if (!bytes) return std::nullopt;
  Secret secret = Secret::copy_of(*bytes);
  wipe(*bytes);
  return secret;
}

}  // namespace hookplan
