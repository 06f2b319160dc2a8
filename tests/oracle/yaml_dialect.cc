// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/yaml_dialect.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace hookplan::oracle {
namespace {

constexpr char32_t kByteOrderMark = 0xFEFF;
constexpr std::size_t kColon = 0;         // offsets from the first placeholder
constexpr std::size_t kEscapedQuote = 1;  // stands twice: for the backslash and for the quote
constexpr std::size_t kLineStartMark = 2;
constexpr std::size_t kPlaceholders = 3;

bool is_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

bool is_blank(char32_t c) { return c == ' ' || c == '\t'; }

bool is_name_char(char32_t c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool is_tag_char(char32_t c) {
  return is_name_char(c) ||
         (c != 0 && std::u32string_view(U";/?:@&=+$.%!~*'()").find(c) != std::u32string_view::npos);
}

// What only yaml.v2 takes as part of a tag.
bool is_extra_tag_char(char32_t c) { return c == ',' || c == '[' || c == ']'; }

std::u32string percent_encoded(char32_t c) {
  return c == ',' ? U"%2C" : c == '[' ? U"%5B" : U"%5D";
}

}  // namespace

// Where the anchor and tag before a node's content stand in the text.
struct YamlDialect::Properties {
  std::size_t tag_begin = 0;
  std::size_t tag_end = 0;  // == tag_begin: no tag
  std::size_t content = 0;
};

YamlDialect::YamlDialect(SourceText& text) : text_(text) {
  if (text_.chars.find(kByteOrderMark) == std::u32string::npos) return;
  stray_mark_ = text_.chars.front() == kByteOrderMark;
  choose_placeholders();
  std::replace(text_.chars.begin(), text_.chars.end(), kByteOrderMark,
               static_cast<char32_t>(placeholder_ + kLineStartMark));
}

void YamlDialect::choose_placeholders() {
  if (placeholder_ != 0) return;
  // A placeholder must occur neither as itself nor as \U escape.
  constexpr char32_t kFirst = 0xF0000;
  std::set<char32_t> taken;
  const std::u32string& chars = text_.chars;
  for (std::size_t i = 0; i < chars.size(); ++i) {
    if (chars[i] >= kFirst) taken.insert(chars[i]);
    if (chars[i] != '\\' || char_at(i + 1) != 'U') continue;
    char32_t value = 0;
    for (std::size_t k = i + 2; k < i + 10; ++k) {
      const char32_t c = char_at(k) | 0x20U;
      value = value * 16 + (c >= 'a' && c <= 'f' ? c - 'a' + 10 : is_digit(c) ? c - '0' : 0);
    }
    taken.insert(value);
  }
  placeholder_ = kFirst;
  for (auto it = taken.lower_bound(kFirst); it != taken.end(); ++it) {
    if (*it >= placeholder_ + kPlaceholders) break;
    placeholder_ = *it + 1;
  }
}

void YamlDialect::replace(std::size_t pos, std::size_t count, const std::u32string& with) {
  text_.chars.replace(pos, count, with);
  for (std::size_t& end : text_.batch_ends) {
    if (end > pos) end = end + with.size() - count;
  }
}

std::string YamlDialect::restore(std::string value) const {
  if (placeholder_ == 0) return value;
  const auto swap_all = [&value](char32_t c, std::size_t repeat, std::string_view original) {
    std::string from;
    for (std::size_t i = 0; i < repeat; ++i) append_utf8(from, c);
    for (std::size_t at = value.find(from); at != std::string::npos;
         at = value.find(from, at + original.size())) {
      value.replace(at, from.size(), original);
    }
  };
  swap_all(static_cast<char32_t>(placeholder_ + kColon), 1, ":");
  swap_all(static_cast<char32_t>(placeholder_ + kEscapedQuote), 2, "'");
  swap_all(static_cast<char32_t>(placeholder_ + kLineStartMark), 1, "\xEF\xBB\xBF");
  return value;
}

YamlDialect::Verdict YamlDialect::repair_after_error(const yaml_parser_t& parser) {
  if (cut_at_error_) return Verdict::kRefused;
  if (parser.error == YAML_READER_ERROR) {
    reader_failed_ = true;
    return cut_at_error(text_.chars.size());
  }
  if (parser.error != YAML_SCANNER_ERROR) return Verdict::kRefused;
  const std::string_view problem = parser.problem;
  const std::string_view context = parser.context == nullptr ? "" : parser.context;
  const std::size_t pos = parser.problem_mark.index;
  if (problem == "found unexpected ':'" && char_at(pos) == ':') {
    choose_placeholders();
    replace(pos, 1, {static_cast<char32_t>(placeholder_ + kColon)});
    return Verdict::kChangedText;
  }
  if (problem == "found unknown escape character" && char_at(pos) == '\\' &&
      char_at(pos + 1) == '\'') {
    choose_placeholders();
    replace(pos, 2, std::u32string(2, static_cast<char32_t>(placeholder_ + kEscapedQuote)));
    return Verdict::kChangedText;
  }
  const bool in_tag = context == "while scanning a tag" || context == "while parsing a tag";
  const bool tag_ended_early = problem == "did not find expected whitespace or line break" ||
                               problem == "did not find expected tag URI";
  if (in_tag && tag_ended_early && is_extra_tag_char(char_at(pos)) && char_at(pos - 1) != '>') {
    replace(pos, 1, percent_encoded(char_at(pos)));
    return Verdict::kChangedText;
  }
  const bool token_known = !context.empty() && context != "while scanning a simple key";
  return cut_at_error(token_known ? parser.context_mark.index : pos);
}

YamlDialect::Verdict YamlDialect::cut_at_error(std::size_t pos) {
  const std::size_t flow = text_.chars.find_first_of(U"{[");
  if (pos == 0 || flow >= pos) return Verdict::kRefused;
  cut_at_error_ = true;
  cut(pos);
  return Verdict::kChangedText;
}

YamlDialect::Properties YamlDialect::scan_properties(std::size_t pos) const {
  Properties found;
  for (;;) {
    const char32_t c = char_at(pos);
    if (c == '&') {
      ++pos;
      while (is_name_char(char_at(pos))) ++pos;
    } else if (c == '!') {
      found.tag_begin = pos;
      const bool verbatim = char_at(pos + 1) == '<';
      while (verbatim ? char_at(pos) != '>' && char_at(pos) != 0 : is_tag_char(char_at(pos))) ++pos;
      if (verbatim) ++pos;
      found.tag_end = pos;
    } else if (is_blank(c) || is_break(c)) {
      ++pos;
    } else if (c == '#') {
      while (char_at(pos) != 0 && !is_break(char_at(pos))) ++pos;
    } else {
      found.content = pos;
      return found;
    }
  }
}

// Whether yaml.v2 notes this node, directly inside a flow collection, as a possible key.
bool YamlDialect::starts_inner_key(const yaml_event_t& event) const {
  const std::size_t begin = event.start_mark.index;
  if (begin == event.end_mark.index || char_at(begin) == '?') return false;
  std::size_t before = begin - 1;
  while (before > 0 && (is_blank(char_at(before)) || is_break(char_at(before)))) --before;
  return char_at(before) != '?' && char_at(before) != ':';
}

// Where the root node begins that may be a key: behind its anchor and tag if those stand on a line
// of their own, otherwise the anchor or tag would be the beginning of the key.
std::size_t YamlDialect::root_content(std::size_t begin) const {
  const std::size_t content = scan_properties(begin).content;
  return std::any_of(text_.chars.begin() + static_cast<std::ptrdiff_t>(begin),
                     text_.chars.begin() + static_cast<std::ptrdiff_t>(content), is_break)
             ? content
             : begin;
}

// The first line may begin with a flow collection that could be a key. yaml.v2 forgets that once
// the collection is closed, unless something inside might have been a key as well, and hands it
// out before it looks for the colon. Deeper in the document that ends in an error one way or
// another; at the root the document is then complete.
YamlDialect::Verdict YamlDialect::check_root(const yaml_event_t& event, std::size_t depth) {
  const std::size_t begin = event.start_mark.index;
  const bool ends = event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
  const auto is_flow = [this](std::size_t pos) {
    return char_at(pos) == '{' || char_at(pos) == '[';
  };
  if (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT) {
    in_root_key_ = false;
    root_begin_ = kNowhere;
  } else if (cut_at_error_) {
    // yaml.v2 wants one whole token behind the document before it calls the document complete. On
    // a later line that token may be a key itself, and then yaml.v2 reads on as libyaml did.
    const std::size_t line = event.start_mark.line;
    if (depth == 1 && ends) root_end_line_ = event.end_mark.line;
    const bool at_end = event.type == YAML_DOCUMENT_END_EVENT;
    const bool bad = at_end       ? !is_whole_token(begin) || line != root_end_line_
                     : depth == 0 ? !is_flow(root_content(begin))
                                  : depth == 1 && !ends && starts_inner_key(event);
    if (bad) return Verdict::kRefused;
  } else if (depth == 0 && event.type == YAML_MAPPING_START_EVENT &&
             event.data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE) {
    root_begin_ = root_content(begin);
  } else if (depth == 1) {
    in_root_key_ = begin == root_begin_ && is_flow(begin);
    root_begin_ = kNowhere;
  } else if (depth == 2 && in_root_key_ && !ends) {
    in_root_key_ = !starts_inner_key(event);
  } else if (depth == 2 && in_root_key_) {
    cut(event.end_mark.index);
    return Verdict::kChangedText;
  }
  return Verdict::kFine;
}

// Whether the token at `begin`, behind which the text was cut, is complete. After a reader error
// the cut may have gone through the token.
bool YamlDialect::is_whole_token(std::size_t begin) const {
  if (begin >= text_.chars.size()) return false;
  return !reader_failed_ ||
         std::u32string_view(U"[]{},").find(char_at(begin)) != std::u32string_view::npos;
}

void YamlDialect::cut(std::size_t end) {
  text_.chars.resize(end);
  std::erase_if(text_.batch_ends, [end](std::size_t batch_end) { return batch_end >= end; });
  text_.batch_ends.push_back(end);
  text_.broken_tail = false;
}

YamlDialect::Verdict YamlDialect::check_event(const yaml_event_t& event, std::size_t depth,
                                              bool in_flow) {
  if (const Verdict verdict = check_root(event, depth); verdict != Verdict::kFine) {
    return verdict;
  }
  const yaml_char_t* tag = nullptr;
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      // What follows is not part of the document, but its first token has been read.
      if (event.type == YAML_DOCUMENT_END_EVENT && char_at(event.start_mark.index) == '"' &&
          has_escaped_slash(event.start_mark.index)) {
        return Verdict::kRefused;
      }
      return has_bad_version(event) ? Verdict::kRefused : Verdict::kFine;
    case YAML_SCALAR_EVENT: tag = event.data.scalar.tag; break;
    case YAML_SEQUENCE_START_EVENT: tag = event.data.sequence_start.tag; break;
    case YAML_MAPPING_START_EVENT: tag = event.data.mapping_start.tag; break;
    default: return Verdict::kFine;
  }
  if (tag != nullptr) {
    const Verdict verdict = check_tag(event, in_flow);
    if (verdict != Verdict::kFine) return verdict;
  }
  return event.type == YAML_SCALAR_EVENT ? check_scalar(event, in_flow) : Verdict::kFine;
}

YamlDialect::Verdict YamlDialect::check_tag(const yaml_event_t& event, bool in_flow) {
  const Properties found = scan_properties(event.start_mark.index);
  const std::u32string source =
      text_.chars.substr(found.tag_begin, found.tag_end - found.tag_begin);
  if (const std::size_t nul = source.find(U"%00"); nul != std::u32string::npos) {
    // Any other octet will do: a tag with a control character is an unknown tag either way.
    replace(found.tag_begin + nul, 3, U"%01");
    return Verdict::kChangedText;
  }
  if (in_flow && char_at(found.tag_end) == ',') {
    if (source.starts_with(U"!<")) return Verdict::kRefused;
    replace(found.tag_end, 1, percent_encoded(','));
    return Verdict::kChangedText;
  }
  return Verdict::kFine;
}

YamlDialect::Verdict YamlDialect::check_scalar(const yaml_event_t& event, bool in_flow) const {
  const auto& scalar = event.data.scalar;
  if (scalar.style == YAML_PLAIN_SCALAR_STYLE && in_flow) {
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    return value.find('?') == std::string_view::npos ? Verdict::kFine : Verdict::kRefused;
  }
  if (scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
    const std::size_t quote = scan_properties(event.start_mark.index).content;
    if (has_escaped_slash(quote)) return Verdict::kRefused;
  }
  return Verdict::kFine;
}

bool YamlDialect::has_escaped_slash(std::size_t quote) const {
  for (std::size_t i = quote + 1; char_at(i) != '"' && char_at(i) != 0; ++i) {
    if (char_at(i) == '\\' && char_at(++i) == '/') return true;
  }
  return false;
}

// Judges the %YAML directives before the document and, because yaml.v2 has read it by then, one
// that follows the document; of the latter only the form matters.
bool YamlDialect::has_bad_version(const yaml_event_t& event) const {
  constexpr std::u32string_view kName = U"%YAML";
  const std::size_t begin = event.start_mark.index;
  std::size_t pos = begin;
  if (event.type == YAML_DOCUMENT_START_EVENT) {
    if (event.data.document_start.version_directive == nullptr) return false;
    pos = text_.chars.find(kName, begin);
  } else if (text_.chars.compare(begin, kName.size(), kName) != 0) {
    return false;
  }
  pos += kName.size();
  while (is_blank(char_at(pos))) ++pos;
  std::size_t major = 0;
  while (is_digit(char_at(pos + major))) ++major;
  std::size_t minor = 0;
  while (is_digit(char_at(pos + major + 1 + minor))) ++minor;
  if (major > 2 || minor > 2) return true;
  return event.type == YAML_DOCUMENT_START_EVENT &&
         event.data.document_start.version_directive->minor != 1;
}

}  // namespace hookplan::oracle
