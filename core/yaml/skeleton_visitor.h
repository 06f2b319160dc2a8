// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/yaml/section_scan.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// Hands the nodes of a skeleton on with the lines that they have in the text, and checks that the
// landmarks are met.
class SkeletonVisitor : public YamlVisitor {
 public:
  // REQUIRES: all three outlive it.
  SkeletonVisitor(const SectionScan& scan, const SectionWords& words, YamlVisitor& next)
      : scan_(scan), words_(words), next_(next) {}

  void key(const YamlNode& node) override;
  void value(const YamlNode& node) override;
  void close() override;
  void end(std::uint64_t values_of_aliases) override;

  // The text means what the skeleton means, together with what was cut out of it. To be asked after
  // the skeleton was read without a mistake.
  bool is_confirmed() const;

 private:
  YamlNode in_text(YamlNode node) const;
  void meet(const YamlNode& node);

  const SectionScan& scan_;
  const SectionWords& words_;
  YamlVisitor& next_;
  std::size_t depth_ = 0;    // open maps and sequences
  std::string root_key_;     // the key at the top level that is being read
  std::string section_key_;  // likewise in the section
  std::size_t open_ = 0;     // of a map on the way to the entries: how deep it leads there
  std::size_t met_ = 0;
  std::uint64_t values_of_aliases_ = 0;
};

}  // namespace hookplan
