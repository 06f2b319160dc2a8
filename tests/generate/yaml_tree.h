// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hookplan::generate {

struct Member;

// What is to be written; the writer chooses how.
struct Node {
  enum class Kind {
    text,  // a string: whatever the style, it must be read as this text
    bare,  // written exactly so: boolean, number, null (also the empty one), alias
    map,
    sequence,
  };

  Kind kind = Kind::bare;
  std::string text;
  std::string properties;  // tag and/or anchor to write before it, e.g. "&x !!map"
  std::vector<Member> members;
  std::vector<Node> items;
};

struct Member {
  Node key;  // text or bare, without properties
  Node value;
  bool may_be_explicit = false;  // `? key` and `: value` on their own lines
};

inline Node text_node(std::string text) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = std::move(text);
  return node;
}

inline Node bare_node(std::string text) {
  Node node;
  node.text = std::move(text);
  return node;
}

inline Node map_node() {
  Node node;
  node.kind = Node::Kind::map;
  return node;
}

inline Node sequence_node() {
  Node node;
  node.kind = Node::Kind::sequence;
  return node;
}

inline void add_member(Node& map, std::string key, Node value) {
  map.members.push_back({text_node(std::move(key)), std::move(value), false});
}

}  // namespace hookplan::generate
