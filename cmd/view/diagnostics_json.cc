// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/diagnostics_json.h"

#include "core/base/diagnostic_json.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {

std::string diagnostics_to_json(const std::vector<Diagnostic>& diagnostics, int exit_code) {
  JsonWriter json;
  json.begin_object();
  write_diagnostics(json.key("diagnostics"), diagnostics);
  json.key("exit_code").integer(exit_code);
  json.end_object();
  // Pipelines take `##[` and `##vso` for commands of theirs, wherever in a log; both only ever
  // stand inside of strings here.
  std::string text = json.take();
  replace_all(text, "##", "#\\u0023");
  return text + "\n";
}

}  // namespace hookplan
