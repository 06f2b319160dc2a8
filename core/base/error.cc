// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

namespace hookplan {

Error::Error(ErrorKind kind_, Diagnostic diagnostic) : kind(kind_) {
  diagnostics.push_back(std::move(diagnostic));
}

Error::Error(std::vector<Diagnostic> all)
    : kind(catalog_entry(all.front().code).kind), diagnostics(std::move(all)) {}

Error Error::at(std::string_view path, std::uint32_t line, std::uint32_t column) && {
  return std::move(*this).at({std::string(path), line, column});
}

Error Error::at(Location place) && {
  diagnostics.front().where = std::move(place);
  return std::move(*this);
}

Error Error::field(std::string_view name) && {
  diagnostics.front().field = name;
  return std::move(*this);
}

Error Error::entry(std::string_view name) && {
  diagnostics.front().entry = name;
  return std::move(*this);
}

Error Error::hint(std::string what_to_do) && {
  if (!what_to_do.empty()) diagnostics.front().hint = std::move(what_to_do);
  return std::move(*this);
}

Error Error::as(ErrorKind other) && {
  kind = other;
  return std::move(*this);
}

Error fail(Code code, std::string message) {
  const CodeEntry& entry = catalog_entry(code);
  return {entry.kind, diagnose(code, std::move(message), std::string(entry.remedy))};
}

}  // namespace hookplan
