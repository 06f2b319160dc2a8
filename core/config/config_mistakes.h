// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/config/read_config.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {

// What is wrong with a config, up to a limit: more mistakes than that have one common cause.
class ConfigMistakes {
 public:
  ConfigMistakes(std::string_view path, Reading reading) : path_(path), reading_(reading) {}

  // A mistake at that place, in that entry; an empty name: in none.
  void add(YamlPosition at, std::string_view entry, const Error& error);

  // A mistake that Prow passes over: a warning where the config is history. The caller then takes
  // Prow's way, too.
  void add_unless_past(YamlPosition at, std::string_view entry, Error error);

  bool has_errors() const { return !errors_.empty(); }
  bool is_full() const;

  std::vector<Diagnostic> take_errors() { return std::move(errors_); }
  // Warnings and notices, in the order of the text.
  std::vector<Diagnostic> take_findings() { return std::move(findings_); }

 private:
  std::string_view path_;
  Reading reading_;
  std::vector<Diagnostic> errors_ = {};
  std::vector<Diagnostic> findings_ = {};
};

}  // namespace hookplan
