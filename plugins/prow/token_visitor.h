// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/code.h"
#include "core/ports/token.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// Why a document is refused, in words of our own: not a byte of it may reach a message.
struct TokenProblem {
  Code code = Code::token_document_shape;
  std::string_view what = {};
  std::string_view hint = {};
  YamlPosition at = {};
};

// Collects the tokens of a document while it is walked, and stops at the first place that Prow
// would read otherwise than it looks, or where writing would lose something.
class TokenVisitor : public YamlVisitor {
 public:
  enum class Root { nothing, scalar, list, map };

  void key(const YamlNode& node) override;
  void value(const YamlNode& node) override;
  void close() override;

  // What the document as a whole is; nothing where it is empty or null.
  Root root() const { return root_; }
  const std::optional<TokenProblem>& problem() const { return problem_; }
  // REQUIRES: the document was walked to its end, and there is no problem.
  TokenMap take() { return std::move(tokens_); }

 private:
  enum class Place { document, entries, list, token };
  enum class Field { none, value, created_at };

  void entry_key(const YamlNode& node);
  void field_key(const YamlNode& node);
  void root_value(const YamlNode& node);
  void entry_value(const YamlNode& node);
  void list_item(const YamlNode& node);
  void token_value(const YamlNode& node);
  void token_created(const YamlNode& node);
  void refuse(const YamlNode& node, Code code, std::string_view what, std::string_view hint);

  TokenMap tokens_;
  TokenList* list_ = nullptr;  // of the entry that is being read
  Place place_ = Place::document;
  Root root_ = Root::nothing;
  Field field_ = Field::none;
  bool has_value_ = false;  // fields of the token that is being read
  bool has_created_at_ = false;
  YamlPosition token_at_ = {};
  std::optional<TokenProblem> problem_;
};

}  // namespace hookplan
