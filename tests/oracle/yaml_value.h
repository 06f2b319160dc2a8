// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/yaml_resolve.h"
#include "tests/oracle/yaml_tree.h"

namespace hookplan::oracle {

enum class ValueKind { kScalar, kSequence, kMapping };

// What yaml.v2 decodes a node to. Aliases share their target's value, so values never grow
// beyond the size of the file.
struct Value {
  ValueKind kind = ValueKind::kScalar;
  Scalar scalar;
  std::vector<const Value*> items;
  std::vector<std::pair<Scalar, const Value*>> entries;
  std::size_t height = 0;  // nesting of collections, this one included
  // Anything at or below this value that cannot become JSON: infinities, NaN, null or huge keys.
  bool json_refused = false;
  // Two different YAML keys became the same JSON key; which one Prow keeps is up to chance.
  bool ambiguous = false;
};

struct Values {
  std::deque<Value> storage;
  const Value* root = nullptr;  // null: the file holds no document
};

// Returns false, with `error` filled, if yaml.v2 refuses to decode the tree.
bool decode_tree(const YamlTree& tree, Values& values, std::string& error);

}  // namespace hookplan::oracle
