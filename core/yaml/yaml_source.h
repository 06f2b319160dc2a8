// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

struct YamlPosition {
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1, in bytes
};

enum class YamlKind { null, scalar, alias, map, sequence };

// One node as the text has it: nothing is resolved, no alias is followed.
struct YamlNode {
  YamlKind kind = YamlKind::null;
  std::string_view text = {};  // of a scalar, unescaped and folded; valid during the call only
  bool plain = false;          // a scalar without quotes
  bool tagged = false;         // an explicit tag such as !!str stands before it
  bool is_key = false;
  YamlPosition at = {};
};

// Receives a document in the order of its text. A map or a sequence is a value; its content
// follows, then close(). Within a map keys and values alternate.
class YamlVisitor {
 public:
  virtual ~YamlVisitor() = default;
  virtual void key(const YamlNode& node) = 0;
  virtual void value(const YamlNode& node) = 0;
  virtual void close() = 0;
  // After the last node of a document that was read without a mistake: how many values its aliases
  // stand for.
  virtual void end(std::uint64_t /*values_of_aliases*/) {}
};

// Walks the one document in `bytes`. Refuses with kind `config`, before or after some calls of the
// visitor, what Prow refuses anywhere in the file, and what YAML readers take differently: the
// codes HP1001 to HP1016. An empty text is a document of nothing: no call at all. Time and memory
// are linear in the text.
Result<void> walk_yaml(std::string_view bytes, std::string_view path, YamlVisitor& visitor);

}  // namespace hookplan
