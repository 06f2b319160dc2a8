// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "core/yaml/yaml_source.h"

namespace hookplan {

// Reads the same text beside the first reader and compares every event, so that only YAML that both
// take alike is accepted. The second reader is libyaml: Prow's YAML library is a port of it, so
// what it refuses Prow refuses, and where it differs from the first reader a reviewer's tool may,
// too.
class YamlSecondReader {
 public:
  // REQUIRES: `text` is valid UTF-8 and outlives the reader.
  explicit YamlSecondReader(std::string_view text);
  YamlSecondReader(const YamlSecondReader&) = delete;
  YamlSecondReader& operator=(const YamlSecondReader&) = delete;
  ~YamlSecondReader();

  enum class Event { document_start, document_end, node, close };

  // The next event must be this one; `node` as the first reader has it, `anchor` and `tag` as in
  // YamlRules::node(). Throws YamlRefusal if it is not, or if Prow's library reads the place in
  // another way than libyaml.
  void expect(Event event, const YamlNode& node, std::size_t anchor, std::string_view tag);

  // The text must be at its end. Throws YamlRefusal if it is not.
  void expect_end();

  // Reads on alone: the first mistake that libyaml finds, if any.
  std::optional<struct YamlRefusal> first_mistake();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
