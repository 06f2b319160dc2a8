// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/skeleton_visitor.h"

namespace hookplan {
namespace {

constexpr std::size_t kRoot = 1;
constexpr std::size_t kSection = 2;
constexpr std::size_t kEntries = 3;

// How many values may come from aliases depends on how many there are in all, and a skeleton has
// less of them. Up to 400,000 the share is the same; from 4,000,000 on it is a tenth
// (yaml_rules.cc). An alias stands for at most 99 of 100 values of what was read.
constexpr std::size_t kSameShare = 400'000;
constexpr std::size_t kNodesOfEntry = 4;
constexpr std::size_t kMostValuesOfNode = 100;

}  // namespace

YamlNode SkeletonVisitor::in_text(YamlNode node) const {
  node.at.line = scan_.line_in_text(node.at.line);
  return node;
}

void SkeletonVisitor::key(const YamlNode& node) {
  ++nodes_;
  const YamlNode moved = in_text(node);
  if (node.kind == YamlKind::alias) has_alias_ = true;
  if (depth_ == kRoot && open_ == kRoot) root_key_ = node.text;
  if (depth_ == kSection && open_ == kSection) section_key_ = node.text;
  meet(moved);
  next_.key(moved);
}

void SkeletonVisitor::value(const YamlNode& node) {
  ++nodes_;
  if (node.kind == YamlKind::alias) has_alias_ = true;
  if (node.kind == YamlKind::map || node.kind == YamlKind::sequence) {
    // Only maps lead to the entries: the root, the section, the map of entries.
    const bool leads = node.kind == YamlKind::map && open_ == depth_ &&
                       (depth_ == 0 || (depth_ == kRoot && root_key_ == words_.section) ||
                        (depth_ == kSection && section_key_ == words_.entries));
    ++depth_;
    if (leads) open_ = depth_;
  }
  next_.value(in_text(node));
}

void SkeletonVisitor::close() {
  if (open_ == depth_) --open_;
  --depth_;
  next_.close();
}

void SkeletonVisitor::meet(const YamlNode& node) {
  if (met_ == scan_.landmarks.size()) return;
  const Landmark& expected = scan_.landmarks[met_];
  const std::size_t depth = expected.level == Landmark::Level::root ? kRoot : kEntries;
  const bool same = depth_ == depth && open_ == depth && node.kind == YamlKind::scalar &&
                    !node.tagged && node.at.line == expected.line &&
                    node.at.column == expected.column && node.text == expected.name;
  if (same) ++met_;
}

bool SkeletonVisitor::is_confirmed() const {
  if (met_ != scan_.landmarks.size()) return false;
  if (!has_alias_ || scan_.entries.empty()) return true;
  const std::size_t most = kMostValuesOfNode * nodes_;
  const std::size_t cut = kNodesOfEntry * scan_.entries.size();
  return most + cut <= kSameShare || most <= cut / 10;
}

}  // namespace hookplan
