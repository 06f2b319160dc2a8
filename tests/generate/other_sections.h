// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/generate/yaml_tree.h"

namespace hookplan::generate {

// Grows the sections around `managed_webhooks`, in the order of the document, for an alias must
// follow its anchor. They have no meaning; they are there to be confused with the one that has.
class SectionGrower {
 public:
  // With `json`, only what JSON has: no anchors, tags, merge keys or typed keys.
  SectionGrower(bool json, std::mt19937_64& random);

  // Another one at each call, until none() is true.
  Member next();
  bool none() const { return names_.empty(); }

 private:
  struct Anchor {
    std::string name;
    bool is_map;
  };

  Node value(std::size_t depth);
  Node leaf();
  Node map(std::size_t depth);
  Node sequence(std::size_t depth);
  Node lookalike();
  std::optional<Member> merge_key(std::size_t depth);
  void add_properties(Node& node);
  // Name of an anchor seen so far, "" when there is none such.
  std::string anchor_name(bool must_be_map);

  bool json_;
  std::mt19937_64& random_;
  std::vector<std::string> names_;
  std::vector<Anchor> anchors_;
  std::size_t anchor_count_ = 0;
};

}  // namespace hookplan::generate
