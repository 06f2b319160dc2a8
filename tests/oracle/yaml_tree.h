// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hookplan::oracle {

enum class NodeKind { kScalar, kSequence, kMapping, kAlias };

// Tags of collections are not kept: yaml.v2 ignores them.
struct Node {
  NodeKind kind = NodeKind::kScalar;
  bool plain = false;  // libyaml's plain_implicit
  std::string value;
  std::string tag;
  std::vector<std::size_t> children;  // of a mapping: key, value, key, value ...
  std::size_t target = 0;             // of an alias
};

// The first document of a file. Children come after their parents in `nodes`.
struct YamlTree {
  std::vector<Node> nodes;  // empty: no document at all
  // The file begins with two byte order marks, which the oracle does not model and refuses.
  bool unmodelled = false;
};

// Returns false, with `error` filled, if yaml.v2 refuses to parse the bytes.
bool parse_first_document(std::string_view bytes, YamlTree& tree, std::string& error);

}  // namespace hookplan::oracle
