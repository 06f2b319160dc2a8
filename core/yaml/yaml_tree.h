// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// A small YAML file as a tree, for files that are ours to judge as a whole.
struct YamlTree {
  YamlKind kind = YamlKind::null;
  std::string name = {};      // the key under which it stands in a map
  YamlPosition name_at = {};  // of the key
  std::string text = {};      // of a scalar
  bool plain = false;
  YamlPosition at = {};
  std::vector<YamlTree> children = {};  // of a map or a sequence, in the order of the text
};

// Far more values than any file has that people write.
inline constexpr std::size_t kMostValues = 20'000;

// Refuses, beside what walk_yaml() refuses: duplicate keys, aliases, merge keys, tags, and more
// values than `most_values`.
Result<YamlTree> read_yaml_tree(std::string_view bytes, std::string_view path,
                                std::size_t most_values = kMostValues);

}  // namespace hookplan
