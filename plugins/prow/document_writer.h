// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/secret.h"
#include "core/yaml/yaml_scalar_style.h"

namespace hookplan {

// Lays out a document of tokens as Prow's YAML library does, byte for byte. Calls come in the order
// of the document: name(), then no_tokens() or some token()s, then the next name(), at last take().
// The text goes into one buffer, which is wiped.
class DocumentWriter {
 public:
  // `most_bytes` is what the document may have.
  explicit DocumentWriter(std::size_t most_bytes) : buffer_(most_bytes) {}

  // REQUIRES for all texts: they are UTF-8.
  void name(std::string_view entry);
  void no_tokens();
  void token(std::string_view created, std::string_view value);

  // The document; nothing if it has too many bytes.
  std::optional<Secret> take();

 private:
  void indent(std::size_t columns);
  void indicator(char sign, bool needs_space, bool space_follows, bool keeps_indention);
  void field(std::string_view name, std::string_view value);
  void scalar(std::string_view text, ScalarPlace place, std::size_t columns);
  void plain(std::string_view text, bool may_fold, std::size_t columns);
  void single_quoted(std::string_view text, bool may_fold, std::size_t columns);
  void double_quoted(std::string_view text, bool may_fold, std::size_t columns);
  void literal(std::string_view text, std::size_t columns);
  void escape(std::string_view character);
  // One character, of one or more bytes; it counts as one column.
  void put(std::string_view character);
  void line_break();

  Secret buffer_;
  std::size_t size_ = 0;
  bool overflow_ = false;
  bool empty_ = true;
  std::size_t list_columns_ = 0;  // where the dashes of the tokens stand
  // The state of the library's emitter: what is before the next character.
  std::size_t column_ = 0;
  bool after_space_ = true;
  bool only_indention_ = true;  // nothing but indention and indicators on this line
};

}  // namespace hookplan
