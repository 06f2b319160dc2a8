// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/secret.h"

namespace hookplan {

// A JSON value where it stands: nothing of it is copied, because an answer of a cluster is full of
// secrets, and what is not ours must go back as it came. Strict as RFC 8259: valid UTF-8, no member
// twice, at most 64 levels.
class JsonView {
 public:
  enum class Kind { null, boolean, number, string, array, object };
  using Member = std::pair<std::string_view, JsonView>;  // the name as it is written

  // The value of the whole text; nothing if the text is not JSON. REQUIRES: it outlives the view.
  static std::optional<JsonView> of(std::string_view text);

  Kind kind() const { return kind_; }
  // As it is written, with its quotes or brackets.
  std::string_view raw() const { return raw_; }
  const std::vector<JsonView>& items() const { return items_; }
  const std::vector<Member>& members() const { return members_; }

  // Null pointer if there is no such member, or this is not an object. A name that is written with
  // escapes is not found.
  const JsonView* find(std::string_view name) const;
  // The same along several names.
  const JsonView* find(std::string_view name, std::string_view below) const;

  // The text of a string; empty for anything else. Not for what is secret.
  std::string text() const;
  // The text of the member; empty if there is none.
  std::string text_of(std::string_view name) const;
  // The same for what is secret; nothing for anything but a string.
  std::optional<Secret> secret() const;
  // The bytes that a string is the base64 of; null is no bytes, as Go writes it.
  std::optional<Secret> decoded() const;
  bool is_true() const { return kind_ == Kind::boolean && raw_ == "true"; }

 private:
  friend class JsonViewReader;
  Kind kind_ = Kind::null;
  std::string_view raw_ = {};
  std::vector<JsonView> items_ = {};
  std::vector<Member> members_ = {};
};

}  // namespace hookplan
