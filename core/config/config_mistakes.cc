// SPDX-License-Identifier: Apache-2.0
#include "core/config/config_mistakes.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace hookplan {
namespace {

constexpr std::size_t kMaxMistakes = 20;

}  // namespace

void ConfigMistakes::add(YamlPosition at, std::string_view entry, const Error& error) {
  Diagnostic diagnostic = error.first();
  diagnostic.entry = entry;
  diagnostic.where = {std::string(path_), at.line, at.column};
  if (diagnostic.severity != Severity::error) {
    findings_.push_back(std::move(diagnostic));
  } else if (!is_full()) {
    errors_.push_back(std::move(diagnostic));
  }
}

void ConfigMistakes::add_unless_past(YamlPosition at, std::string_view entry, Error error) {
  if (reading_ == Reading::past) {
    Diagnostic& diagnostic = error.diagnostics.front();
    diagnostic.severity = Severity::warning;
    diagnostic.message = fmt::format("the base is read as Prow read it: {}", diagnostic.message);
    diagnostic.hint = "nothing to do: what is history stays, and the newer side is read strictly";
    if (findings_.size() >= kMaxMistakes) return;
  }
  add(at, entry, error);
}

bool ConfigMistakes::is_full() const { return errors_.size() >= kMaxMistakes; }

}  // namespace hookplan
