// SPDX-License-Identifier: Apache-2.0
#include "cmd/diagnostics_json.h"

#include "core/base/json.h"
#include "core/plan/plan_json.h"

namespace hookplan {

std::string diagnostics_to_json(const std::vector<Diagnostic>& diagnostics, int exit_code) {
  JsonWriter json;
  json.begin_object();
  json.key("diagnostics").begin_array();
  for (const Diagnostic& diagnostic : diagnostics) write_diagnostic(json, diagnostic);
  json.end_array();
  json.key("exit_code").integer(exit_code);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
