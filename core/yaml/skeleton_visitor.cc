// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/skeleton_visitor.h"

namespace hookplan {
namespace {

constexpr std::size_t kRoot = 1;
constexpr std::size_t kSection = 2;
constexpr std::size_t kEntries = 3;

// How many values may come from aliases depends on how many there are in all, and a skeleton has
// less of them (yaml_rules.cc). With more of them in all the share that aliases have becomes less;
// the share that they may have does so, too, but never to less than this number of values.
constexpr std::uint64_t kAlwaysAllowed = 390'000;
// Up to 1,000 values in all any share is allowed, from then on 99 in 100. Aliases that the skeleton
// passes on this side of the border may be too many on the other only if there are more of them
// than this, and if less than that was cut before one of them.
constexpr std::uint64_t kBelowBorder = 990;
constexpr std::size_t kDiluting = 11;

}  // namespace

YamlNode SkeletonVisitor::in_text(YamlNode node) const {
  node.at.line = scan_.line_in_text(node.at.line);
  return node;
}

void SkeletonVisitor::key(const YamlNode& node) {
  const YamlNode moved = in_text(node);
  if (depth_ == kRoot && open_ == kRoot) root_key_ = node.text;
  if (depth_ == kSection && open_ == kSection) section_key_ = node.text;
  meet(moved);
  next_.key(moved);
}

void SkeletonVisitor::value(const YamlNode& node) {
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

void SkeletonVisitor::end(std::uint64_t values_of_aliases) {
  values_of_aliases_ = values_of_aliases;
  next_.end(values_of_aliases);
}

bool SkeletonVisitor::is_confirmed() const {
  if (met_ != scan_.landmarks.size()) return false;
  return values_of_aliases_ <= kBelowBorder ||
         (values_of_aliases_ <= kAlwaysAllowed && scan_.first_cut_nodes >= kDiluting);
}

}  // namespace hookplan
