// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/token_visitor.h"

#include <utility>

#include "core/yaml/bare_scalar.h"
#include "core/yaml/yaml_scalar.h"
#include "plugins/prow/created_text.h"

namespace hookplan {
namespace {

constexpr std::string_view kShapeHint =
    "each entry is a list of mappings with value and created_at, and nothing else";
constexpr std::string_view kQuoteHint = "put it in quotes";

bool is_null(const YamlNode& node) {
  return node.kind == YamlKind::null ||
         (node.kind == YamlKind::scalar && node.plain && plain_type(node.text) == PlainType::null);
}

bool is_merge(const YamlNode& node) {
  return node.plain && plain_type(node.text) == PlainType::merge;
}

}  // namespace

void TokenVisitor::key(const YamlNode& node) {
  if (problem_) return;
  if (node.kind != YamlKind::scalar || node.tagged || is_merge(node)) {
    return refuse(node, Code::token_document_shape, "an alias, a merge key or a tag",
                  "write the name out, in quotes if need be");
  }
  if (place_ == Place::entries) {
    entry_key(node);
  } else {
    field_key(node);
  }
}

void TokenVisitor::value(const YamlNode& node) {
  if (problem_) return;
  if (node.tagged) {
    return refuse(node, Code::token_document_ambiguous, "a tag",
                  "remove the tag and put the value in quotes");
  }
  if (node.kind == YamlKind::alias) {
    return refuse(node, Code::token_document_shape, "an alias", "write the value out");
  }
  switch (place_) {
    case Place::document: return root_value(node);
    case Place::entries: return entry_value(node);
    case Place::list: return list_item(node);
    case Place::token: return field_ == Field::value ? token_value(node) : token_created(node);
  }
}

void TokenVisitor::close() {
  if (problem_) return;
  switch (place_) {
    case Place::document: return;
    case Place::entries: place_ = Place::document; return;
    case Place::list: place_ = Place::entries; return;
    case Place::token:
      place_ = Place::list;
      if (!has_value_) {
        problem_ = {Code::token_document_shape, "a token without a value",
                    "add its value, or remove the item", token_at_};
        return;
      }
      // Whatever its date claims, it is no newer than any token that protects something.
      if (protects_nothing(list_->back())) list_->back().created = kZeroInstant;
      return;
  }
}

void TokenVisitor::entry_key(const YamlNode& node) {
  const bool is_text = bare_meaning(node.text) == BareMeaning::text;
  if (node.plain && !is_text && !plain_key_keeps_its_text(node.text)) {
    return refuse(node, Code::token_document_ambiguous,
                  "a name without quotes that Prow reads as another one", kQuoteHint);
  }
  const auto [entry, is_new] = tokens_.try_emplace(std::string(node.text));
  if (!is_new) {
    return refuse(node, Code::token_document_ambiguous, "a name that stands twice",
                  "keep one of the two; Prow reads only the last");
  }
  list_ = &entry->second;
}

void TokenVisitor::field_key(const YamlNode& node) {
  // Prow takes names in any case and ignores the rest; what it ignores would be lost in writing.
  if (node.text == "value") {
    field_ = Field::value;
  } else if (node.text == "created_at") {
    field_ = Field::created_at;
  } else {
    return refuse(node, Code::token_document_shape,
                  "a field of a token that is neither value nor created_at",
                  "correct its name, in small letters, or remove it");
  }
  if (std::exchange(field_ == Field::value ? has_value_ : has_created_at_, true)) {
    refuse(node, Code::token_document_ambiguous, "a field that stands twice",
           "keep one of the two; Prow reads only the last");
  }
}

void TokenVisitor::root_value(const YamlNode& node) {
  if (is_null(node)) return;
  switch (node.kind) {
    case YamlKind::map:
      root_ = Root::map;
      place_ = Place::entries;
      return;
    case YamlKind::sequence:
      root_ = Root::list;
      return refuse(node, Code::token_document_shape, "a list where entries are expected",
                    "the document is a mapping from names to lists of tokens");
    case YamlKind::null:
    case YamlKind::scalar:
    case YamlKind::alias: root_ = Root::scalar; return;
  }
}

void TokenVisitor::entry_value(const YamlNode& node) {
  if (is_null(node)) return;
  if (node.kind != YamlKind::sequence) {
    return refuse(node, Code::token_document_shape, "an entry that is not a list of tokens",
                  kShapeHint);
  }
  place_ = Place::list;
}

void TokenVisitor::list_item(const YamlNode& node) {
  if (node.kind != YamlKind::map) {
    return refuse(node, Code::token_document_shape, "a token that is not a mapping", kShapeHint);
  }
  place_ = Place::token;
  list_->emplace_back();
  has_value_ = false;
  has_created_at_ = false;
  token_at_ = node.at;
}

void TokenVisitor::token_value(const YamlNode& node) {
  if (node.kind != YamlKind::scalar || is_null(node)) {
    return refuse(node, Code::token_document_shape, "a value that is not text",
                  "a value is one token, as text");
  }
  if (node.plain && !keeps_its_text(node.text)) {
    return refuse(
        node, Code::token_document_ambiguous,
        "a value without quotes that Prow reads as another one",
        "find out which one the hook's deliveries are signed with, and put that in quotes");
  }
  list_->back().value = Secret::copy_of(node.text);
}

void TokenVisitor::token_created(const YamlNode& node) {
  if (is_null(node)) return;
  if (node.kind != YamlKind::scalar) {
    return refuse(node, Code::token_document_shape, "a created_at that is not a timestamp",
                  "write it like 2026-01-31T09:00:00Z");
  }
  const auto created = created_from_text(node.text);
  if (!created) {
    return refuse(node, Code::token_document_time, "a created_at that is not a timestamp",
                  "write it like 2026-01-31T09:00:00Z; Prow reads no token after it");
  }
  list_->back().created = *created;
  list_->back().created_text = node.text;
}

void TokenVisitor::refuse(const YamlNode& node, Code code, std::string_view what,
                          std::string_view hint) {
  problem_ = {code, what, hint, node.at};
}

}  // namespace hookplan
