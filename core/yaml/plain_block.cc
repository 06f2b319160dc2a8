// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/plain_block.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/yaml/plain_entry.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxOpen = 60;
constexpr std::size_t kMaxFlow = 16;
constexpr std::size_t kLongestKey = 512;

// One line, read from the left. Every take_ leaves the position where it was if it fails.
class Line {
 public:
  Line(std::string_view text, std::size_t at, std::size_t end) : text_(text), at_(at), end_(end) {}

  std::size_t position() const { return at_; }
  bool is_over() const { return at_ == end_; }
  char front() const { return at_ < end_ ? text_[at_] : '\n'; }
  char second() const { return at_ + 1 < end_ ? text_[at_ + 1] : '\n'; }

  void skip_spaces() {
    while (front() == ' ') ++at_;
  }

  bool take(char c) {
    if (is_over() || front() != c) return false;
    ++at_;
    return true;
  }

  // `- `, with something behind it.
  bool take_dash() {
    if (front() != '-' || second() != ' ') return false;
    const std::size_t start = at_++;
    skip_spaces();
    if (!is_over() && front() != '#') return true;
    at_ = start;
    return false;
  }

  // A key with its colon, behind which a space or nothing stands.
  bool take_key() {
    const std::size_t start = at_;
    const bool is_key = front() == '"' || front() == '\'' ? take_quoted() : take_name();
    if (is_key && at_ - start <= kLongestKey && take(':') && (is_over() || front() == ' '))
      return true;
    at_ = start;
    return false;
  }

  // Only blanks and a comment are left.
  bool take_rest() {
    const std::size_t start = at_;
    skip_spaces();
    if (is_over() || (front() == '#' && at_ > start)) return true;
    at_ = start;
    return false;
  }

  // A value that ends in this line, with all that follows it there.
  bool take_value() {
    switch (front()) {
      case '"':
      case '\'': return take_quoted() && take_rest();
      case '[':
      case '{': return take_flow(0) && take_rest();
      default: return take_plain();
    }
  }

  // `|` or `>`, with what may follow it, up to the end of the line. YAML readers do not agree about
  // `>+`.
  bool take_text_sign() {
    const std::size_t start = at_;
    const bool is_folded = take('>');
    if (!is_folded && !take('|')) return false;
    if (front() == '-' || (front() == '+' && !is_folded)) ++at_;
    skip_spaces();
    if (is_over()) return true;
    at_ = start;
    return false;
  }

 private:
  bool take_name() {
    const std::size_t start = at_;
    while (at_ < end_ && is_name_character(text_[at_])) ++at_;
    return is_plain_name(text_.substr(start, at_ - start));
  }

  // Without escapes but `\\` and `\"` in double quotes, which mean the same to every reader.
  bool take_quoted() {
    const char quote = text_[at_];
    std::size_t next = at_ + 1;
    while (next < end_ && text_[next] != quote) {
      const auto byte = static_cast<unsigned char>(text_[next]);
      if (byte < 0x20) return false;
      if (byte == '\\' && quote == '"') {
        ++next;
        if (next >= end_ || (text_[next] != '\\' && text_[next] != '"')) return false;
      }
      ++next;
    }
    if (next + 1 < end_ && quote == '\'' && text_[next + 1] == '\'') return false;
    if (next >= end_) return false;
    at_ = next + 1;
    return true;
  }

  // Text, a boolean, a number: anything that JSON can hold.
  static bool is_harmless(std::string_view scalar) {
    constexpr std::string_view kOfNumbers = "+-.0123456789";
    if (kOfNumbers.find(scalar.front()) == std::string_view::npos) return true;
    return plain_type(scalar) != PlainType::not_finite;
  }

  // Up to the end of the line or a comment.
  bool take_plain() {
    constexpr std::string_view kNever = "?:,[]{}#&*!|>'\"%@`<=~";
    if (is_over() || kNever.find(front()) != std::string_view::npos) return false;
    if (front() == '-' && (second() == ' ' || second() == '\n')) return false;
    std::size_t next = at_;
    std::size_t last = at_;  // behind the last character that is no blank
    for (; next < end_; ++next) {
      const char c = text_[next];
      if (c == '\t') return false;  // the only control character that the text may have here
      if (c == ' ') continue;
      if (c == '#' && last < next) break;
      if (c == ':' && (next + 1 == end_ || text_[next + 1] == ' ')) return false;
      last = next + 1;
    }
    if (!is_harmless(text_.substr(at_, last - at_))) return false;
    at_ = end_;
    return true;
  }

  bool take_flow_scalar() {
    if (front() == '"' || front() == '\'') return take_quoted();
    const std::size_t start = at_;
    while (at_ < end_ && is_name_character(text_[at_])) ++at_;
    const std::string_view scalar = text_.substr(start, at_ - start);
    return !scalar.empty() && scalar.front() != '-' && is_harmless(scalar);
  }

  bool take_flow_item(std::size_t depth) {
    return front() == '[' || front() == '{' ? take_flow(depth) : take_flow_scalar();
  }

  bool take_flow(std::size_t depth) {
    if (depth == kMaxFlow) return false;
    const bool is_map = text_[at_++] == '{';
    const char closing = is_map ? '}' : ']';
    skip_spaces();
    if (take(closing)) return true;
    for (;;) {
      if (is_map) {
        if (!take_key() || is_over()) return false;
        skip_spaces();
      }
      if (!take_flow_item(depth + 1)) return false;
      skip_spaces();
      if (take(closing)) return true;
      if (!take(',') || front() != ' ') return false;
      skip_spaces();
    }
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t end_;
};

class BlockReader {
 public:
  BlockReader(std::string_view text, std::size_t at) : text_(text), at_(at) {
    open_.push_back({0, Kind::map, true});
  }

  BlockForm run() && {
    const bool is_plain = read_lines();
    return {is_plain, at_, lines_, nodes_};
  }

 private:
  enum class Kind { map, sequence };

  // A collection whose lines begin at that column.
  struct Open {
    std::size_t column;
    Kind kind;
    bool is_waiting;  // a map: its last key has no value yet
  };

  // A literal or folded text begins in the next line.
  struct TextAhead {
    std::size_t parent;  // the column of what holds it
    bool is_folded;
  };

  void next_line(std::size_t end) {
    at_ = std::min(end + 1, text_.size());
    ++lines_;
  }

  // Up to the next key at the margin.
  bool read_lines() {
    while (at_ < text_.size()) {
      const LineStart start = line_start(text_, at_);
      const std::size_t end = line_end(text_, at_);
      if (end > at_ && text_[end - 1] == '\r') return false;
      if (!start.is_trivial) {
        const char first = text_[at_ + start.indent];
        if (start.indent == 0 && first != '-') return margin_key(text_, at_).has_value();
        if (first == '\t' || !read(start.indent, end)) return false;
      }
      next_line(end);
      if (text_ahead_ && !skip_text()) return false;
    }
    return true;
  }

  bool read(std::size_t indent, std::size_t end) {
    ++nodes_;
    Line line(text_, at_ + indent, end);
    std::size_t column = indent;
    bool is_item = false;  // right behind a dash
    while (line.take_dash()) {
      if (!(is_item ? open(column, Kind::sequence) : begin_item(column))) return false;
      column = line.position() - at_;
      is_item = true;
    }
    if (line.take_key()) {
      if (!(is_item ? open(column, Kind::map) : begin_key(column))) return false;
      open_.back().is_waiting = true;
      if (line.take_rest()) return true;
      line.skip_spaces();
    } else if (!is_item) {
      return false;
    }
    open_.back().is_waiting = false;
    const bool is_folded = line.front() == '>';
    if (line.take_text_sign()) {
      text_ahead_ = {open_.back().column, is_folded};
      return true;
    }
    return line.take_value();
  }

  bool open(std::size_t column, Kind kind) {
    if (open_.size() == kMaxOpen) return false;
    open_.push_back({column, kind, false});
    return true;
  }

  void close_deeper(std::size_t column) {
    while (open_.back().column > column) open_.pop_back();
  }

  // In the sequence of that column, or as the first of one that is the value that a key waits for.
  bool begin_item(std::size_t column) {
    close_deeper(column);
    Open& last = open_.back();
    if (last.kind == Kind::sequence) return last.column == column;
    if (!last.is_waiting) return false;
    last.is_waiting = false;
    return open(column, Kind::sequence);
  }

  bool begin_key(std::size_t column) {
    close_deeper(column);
    // A sequence may stand at the column of the map that it is a value of.
    if (open_.back().kind == Kind::sequence && open_.back().column == column) open_.pop_back();
    Open& last = open_.back();
    if (last.kind == Kind::sequence) return false;
    if (last.column == column) return true;
    if (!last.is_waiting) return false;
    last.is_waiting = false;
    return open(column, Kind::map);
  }

  // The lines of a literal or folded text, which are deeper than the collection that holds it.
  // YAML readers do not agree about folded ones with blank lines, or with some lines deeper than
  // others.
  bool skip_text() {
    const auto [parent, is_folded] = *std::exchange(text_ahead_, std::nullopt);
    std::size_t indent = 0;  // of the text; 0: no line with content yet
    std::size_t blanks = 0;  // the longest line of blanks before it
    while (at_ < text_.size()) {
      const std::size_t end = line_end(text_, at_);
      std::size_t first = at_;
      while (first < end && text_[first] == ' ') ++first;
      const std::size_t spaces = first - at_;
      if (first == end) {
        if (is_folded) return false;
        if (indent == 0) blanks = std::max(blanks, spaces);
        next_line(end);
        continue;
      }
      if (text_[first] == '\t' || text_[end - 1] == '\r') return false;
      if (indent == 0) {
        if (spaces < parent + 2 || blanks > spaces) return false;
        indent = spaces;
      } else if (spaces < indent) {
        return spaces <= parent;
      } else if (is_folded && spaces > indent) {
        return false;
      }
      next_line(end);
    }
    return indent > 0;
  }

  std::string_view text_;
  std::size_t at_;
  std::uint32_t lines_ = 0;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::optional<TextAhead> text_ahead_ = {};
};

}  // namespace

std::optional<MarginKey> margin_key(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_character(text[end])) ++end;
  const std::string_view name = text.substr(at, end - at);
  if (!is_plain_name(name) || text.substr(end, 1) != ":") return std::nullopt;
  const char behind = end + 1 < text.size() ? text[end + 1] : '\n';
  if (behind != ' ' && behind != '\n' && behind != '\r') return std::nullopt;
  return MarginKey{name, end + 1};
}

BlockForm plain_block(std::string_view text, std::size_t at) { return BlockReader(text, at).run(); }

}  // namespace hookplan
