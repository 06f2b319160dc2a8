// SPDX-License-Identifier: Apache-2.0
#include "core/base/diagnostic_json.h"

namespace hookplan {
namespace {

std::string_view to_string(Side side) {
  switch (side) {
    case Side::none: return "none";
    case Side::before: return "before";
    case Side::after: return "after";
  }
  return "none";
}

}  // namespace

void write_diagnostic(JsonWriter& json, const Diagnostic& diagnostic) {
  json.begin_object();
  json.key("code").string(to_string(diagnostic.code));
  json.key("entry").string(diagnostic.entry);
  json.key("field").string(diagnostic.field);
  json.key("hint").string(diagnostic.hint);
  json.key("message").string(diagnostic.message);
  json.key("severity").string(to_string(diagnostic.severity));
  json.key("source").begin_object();
  json.key("column").integer(diagnostic.where.column);
  json.key("line").integer(diagnostic.where.line);
  json.key("path").string(diagnostic.where.path);
  json.key("side").string(to_string(diagnostic.where.side));
  json.end_object();
  json.end_object();
}

void write_diagnostics(JsonWriter& json, const std::vector<Diagnostic>& diagnostics) {
  json.begin_array();
  for (const Diagnostic& diagnostic : diagnostics) write_diagnostic(json, diagnostic);
  json.end_array();
}

}  // namespace hookplan
