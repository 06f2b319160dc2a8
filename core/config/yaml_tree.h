// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/config/yaml_source.h"

namespace hookplan {

// A small YAML file as a tree, for files that are ours to judge as a whole.
struct YamlTree {
  struct Member;

  YamlKind kind = YamlKind::null;
  std::string text = {};
  bool plain = false;
  YamlPosition at = {};
  std::vector<YamlTree> items = {};
  std::vector<Member> members = {};  // in the order of the text
};

struct YamlTree::Member {
  std::string name = {};
  YamlPosition at = {};
  YamlTree value = {};
};

// Refuses, beside what walk_yaml() refuses: duplicate keys, aliases, merge keys, tags.
Result<YamlTree> read_yaml_tree(std::string_view bytes, std::string_view path);

}  // namespace hookplan
