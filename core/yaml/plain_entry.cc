// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/plain_entry.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/instant.h"
#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

constexpr std::size_t kLongestName = 512;  // libyaml looks for a colon within 1024 characters
constexpr std::size_t kTimeSize = std::string_view("2026-01-31T00:00:00Z").size();

constexpr std::array<bool, 256> kNameCharacters = [] {
  std::array<bool, 256> is{};
  for (unsigned char c = 'a'; c <= 'z'; ++c) is[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) is[c] = true;
  for (unsigned char c = '0'; c <= '9'; ++c) is[c] = true;
  for (const unsigned char c : {'_', '.', '/', '-'}) is[c] = true;
  return is;
}();

// Words with a type of their own (yes, null, Off) have at most five letters and no slash; whatever
// may be a number begins with a digit.
bool name_means_itself(std::string_view name) {
  constexpr std::size_t kLongestWord = 5;
  if (!is_digit(name.front()) && name.size() > kLongestWord) return true;
  return plain_key_keeps_its_text(name);
}

bool has_name_form(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  return name.front() != '.' && name.front() != '/' && name.front() != '-';
}

int two_digits(const char* at) { return (at[0] - '0') * 10 + (at[1] - '0'); }

// A time that is certainly one is told by its digits; the rest is asked of the reader of times.
bool is_time(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  for (std::size_t i = 0; i < kTimeSize; ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[i]) : text[i] != kForm[i]) return false;
  }
  const char* const at = text.data();
  const int month = two_digits(at + 5);
  const int day = two_digits(at + 8);
  const bool plain = at[0] != '0' && month >= 1 && month <= 12 && day >= 1 && day <= 28 &&
                     two_digits(at + 11) < 24 && two_digits(at + 14) < 60 &&
                     two_digits(at + 17) < 60;
  return plain || instant_from_rfc3339(text).has_value();
}

class Cursor {
 public:
  Cursor(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t position() const { return at_; }

  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::size_t take_spaces() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ - start;
  }

  bool take_line_end() { return take_end_of_line(text_, at_); }

  // A name with its quotes, if it has any; empty if there is none.
  std::string_view take_name() {
    const char quote = take_quote();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    if (!has_name_form(name)) return {};
    if (quote == '\0') return name_means_itself(name) ? name : std::string_view();
    return take(std::string_view(&quote, 1)) ? name : std::string_view();
  }

  std::string_view take_time() {
    const char quote = take_quote();
    const std::string_view time = text_.substr(std::min(at_, text_.size()), kTimeSize);
    if (time.size() < kTimeSize || !is_time(time)) return {};
    at_ += kTimeSize;
    if (quote != '\0' && !take(std::string_view(&quote, 1))) return {};
    return time;
  }

 private:
  char take_quote() {
    const bool quoted = at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'');
    return quoted ? text_[at_++] : '\0';
  }

  std::string_view text_;
  std::size_t at_;
};

// `field: time`
std::string_view take_field(Cursor& cursor, std::string_view field) {
  if (!cursor.take(field) || !cursor.take(":") || cursor.take_spaces() == 0) return {};
  return cursor.take_time();
}

}  // namespace

bool is_name_character(char c) { return kNameCharacters[static_cast<unsigned char>(c)]; }

bool is_plain_name(std::string_view name) { return has_name_form(name) && name_means_itself(name); }

std::size_t line_end(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  const void* const found = std::memchr(text.data() + at, '\n', text.size() - at);
  return found == nullptr ? text.size()
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

LineStart line_start(std::string_view text, std::size_t at) {
  std::size_t first = at;
  while (first < text.size() && text[first] == ' ') ++first;
  const char c = first < text.size() ? text[first] : '\n';
  const bool blank = c == '\n' || (c == '\r' && first + 1 < text.size() && text[first + 1] == '\n');
  return {first - at, blank || c == '#'};
}

bool take_end_of_line(std::string_view text, std::size_t& at) {
  std::size_t next = at;
  while (next < text.size() && text[next] == ' ') ++next;
  if (next > at && next < text.size() && text[next] == '#') next = line_end(text, next);
  if (next < text.size() && text[next] == '\r') ++next;
  if (next >= text.size() || text[next] != '\n') return false;
  at = next + 1;
  return true;
}

std::optional<EntryForm> plain_entry(std::string_view text, std::size_t at, std::size_t indent,
                                     std::string_view field) {
  Cursor cursor(text, at);
  if (cursor.take_spaces() != indent) return std::nullopt;
  EntryForm form;
  form.name = cursor.take_name();
  if (form.name.empty() || !cursor.take(":")) return std::nullopt;
  Cursor flow = cursor;
  if (cursor.take_line_end()) {
    if (cursor.take_spaces() <= indent) return std::nullopt;
    form.time = take_field(cursor, field);
    form.lines = 2;
  } else {
    if (flow.take_spaces() == 0 || !flow.take("{")) return std::nullopt;
    flow.take_spaces();
    form.time = take_field(flow, field);
    flow.take_spaces();
    if (!flow.take("}")) return std::nullopt;
    cursor = flow;
  }
  if (form.time.empty() || !cursor.take_line_end()) return std::nullopt;
  form.end = cursor.position();
  return form;
}

}  // namespace hookplan
