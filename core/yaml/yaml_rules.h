// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/yaml/yaml_source.h"

namespace hookplan {

// Thrown out of a YAML parser that knows no other way to stop; never leaves yaml_source.cc.
struct YamlRefusal {
  Error error;
  YamlPosition at;
};

// The rules that every node of the file must keep, whatever it means: one document, bounded size
// and depth, keys and values that JSON can hold, aliases that end. Nodes that pass go to the
// visitor.
class YamlRules {
 public:
  explicit YamlRules(YamlVisitor& visitor) : visitor_(visitor) {}

  // The next node is a key of the innermost map.
  bool expects_key() const;
  void start_document(YamlPosition at);
  // `anchor` names the anchor that the node defines, or that an alias leads to; 0 is none.
  void node(const YamlNode& node, std::size_t anchor, std::string_view tag);
  void close();
  // The whole text was read.
  void finish() const;

 private:
  struct Frame {
    bool is_map = false;
    bool key_next = false;  // in a map: the next node is a key
    bool merging = false;   // the value, or the list that is it, belongs to a merge key
    std::size_t anchor = 0;
    std::uint64_t weight = 1;  // nodes below and this one, aliases expanded
  };
  struct Anchor {
    YamlKind kind = YamlKind::null;
    bool null_scalar = false;
    bool open = false;  // its content is still being read
    std::uint64_t weight = 1;
  };

  [[noreturn]] static void refuse(YamlPosition at, Error error);
  void check_key(const YamlNode& node, std::size_t anchor) const;
  void check_value(const YamlNode& node, std::size_t anchor) const;
  void check_tag(const YamlNode& node, std::string_view tag) const;
  std::uint64_t weigh_alias(const YamlNode& node, std::size_t anchor);
  void add_weight(std::uint64_t weight);

  YamlVisitor& visitor_;
  std::vector<Frame> frames_;
  std::vector<Anchor> anchors_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
  std::uint64_t total_weight_ = 0;
  std::uint64_t alias_weight_ = 0;
};

}  // namespace hookplan
