// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/read_config.h"
#include "core/config/snapshot.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// Takes the nodes of a Prow config for what they are to Prow, and collects what is wrong with them.
class SectionReader : public YamlVisitor {
 public:
  // Entries that were read in another way than by visiting their nodes, without a mistake in them.
  // REQUIRES: the map that they stood in counts (has_forgotten()).
  virtual void add(std::vector<Entry> entries) = 0;

  // A map that could hold entries was dropped, because its key came again.
  virtual bool has_forgotten() const = 0;

  // Once, after the last node. `bytes`: the whole text, which says more where the section is
  // missing.
  virtual Result<Snapshot> finish(std::string_view bytes) = 0;
};

// `path` is for messages, and outlives the reader.
std::unique_ptr<SectionReader> make_section_reader(std::string_view path, Reading reading);

}  // namespace hookplan
