// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml.h>

#include <cstddef>
#include <string>

#include "tests/oracle/source_text.h"

namespace hookplan::oracle {

// yaml.v2 was ported from libyaml 0.1; libyaml 0.2.5 reads some inputs differently:
//
//   input                              yaml.v2                       libyaml 0.2.5
//   U+FEFF at the start of a line      part of the text              skipped
//   \' between double quotes           is '                          error
//   \/ between double quotes           error                         is /
//   [a:] {a:,} and alike               ':' belongs to the scalar     error
//   [a?b]                              '?' ends the scalar: error    belongs to the scalar
//   , [ ] behind a tag                 belong to the tag             end it
//   %00 in a tag                       a NUL                         ends the C string
//   %YAML 1.2, %YAML 01.001            error                         accepted
//   {}: x  {} `  as the first line     the document is {}, the rest  reads on behind the }
//                                      of the file is not looked at
//
// This class changes the text so that libyaml's answer becomes yaml.v2's answer. Where the place
// is only known once libyaml stumbles or reports an event, the text is changed there and parsed
// again from the start; `restore` puts the original words back.
//
// Not modelled: yaml.v2 looks for U+FEFF at the start of its *buffer*, not at the current place.
// A file that begins with two of them makes it skip the first character of each line; the oracle
// refuses such a file. One that happens to reach the start of the buffer later (they move with
// every 512 bytes) may be skipped by yaml.v2, for the oracle it always is text.
class YamlDialect {
 public:
  explicit YamlDialect(SourceText& text);

  enum class Verdict { kFine, kChangedText, kRefused };

  // After a failed parse: kChangedText if it is worth another try.
  Verdict repair_after_error(const yaml_parser_t& parser);

  // For each event of the first document, in order. `depth` counts the open collections.
  Verdict check_event(const yaml_event_t& event, std::size_t depth, bool in_flow);

  // The file begins with two byte order marks.
  bool has_stray_mark() const { return stray_mark_; }

  // Puts back what a scalar said before the replacements.
  std::string restore(std::string value) const;

 private:
  struct Properties;

  Properties scan_properties(std::size_t pos) const;
  std::size_t root_content(std::size_t begin) const;
  Verdict check_root(const yaml_event_t& event, std::size_t depth);
  bool starts_inner_key(const yaml_event_t& event) const;
  Verdict check_tag(const yaml_event_t& event, bool in_flow);
  Verdict check_scalar(const yaml_event_t& event, bool in_flow) const;
  bool has_escaped_slash(std::size_t quote) const;
  bool has_bad_version(const yaml_event_t& event) const;
  void choose_placeholders();
  bool is_whole_token(std::size_t begin) const;
  Verdict cut_at_error(std::size_t pos);
  void cut(std::size_t end);
  void replace(std::size_t pos, std::size_t count, const std::u32string& with);

  char32_t char_at(std::size_t pos) const {
    return pos < text_.chars.size() ? text_.chars[pos] : U'\0';
  }

  SourceText& text_;
  char32_t placeholder_ = 0;  // first of three, 0: none chosen yet
  bool stray_mark_ = false;
  // Where the root block mapping begins, until its first key is seen.
  std::size_t root_begin_ = kNowhere;
  bool in_root_key_ = false;  // inside a first key that is a flow collection
  // The text was cut at an error in the hope that the document is complete before it.
  bool cut_at_error_ = false;
  bool reader_failed_ = false;
  std::size_t root_end_line_ = 0;

  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
};

}  // namespace hookplan::oracle
