// SPDX-License-Identifier: Apache-2.0
#include "core/apply/apply_result.h"

#include "core/base/json.h"
#include "core/plan/plan_json.h"

namespace hookplan {

std::string apply_result(const ApplyReport& report, std::string_view plan_digest, Instant ended,
                         std::string_view tool_version) {
  constexpr std::string_view kAlgorithm = "sha256:";
  if (plan_digest.starts_with(kAlgorithm)) plan_digest.remove_prefix(kAlgorithm.size());
  JsonWriter json;
  json.begin_object();
  json.key("_type").string(kStatementType);
  json.key("predicate").begin_object();
  json.key("complete").boolean(report.is_complete());
  json.key("ended").string(to_rfc3339(ended));
  json.key("entries").begin_array();
  for (const EntryReport& entry : report.entries) {
    json.begin_object();
    json.key("code").string(entry.error ? to_string(entry.error->first().code) : std::string());
    json.key("entry").string(entry.entry);
    json.key("kinds").string(entry.kinds);
    json.key("outcome").string(to_string(entry.outcome));
    json.end_object();
  }
  json.end_array();
  json.key("tool").begin_object();
  json.key("name").string("hookplan");
  json.key("version").string(tool_version);
  json.end_object();
  json.end_object();
  json.key("predicateType").string(kApplyResultType);
  json.key("subject").begin_array();
  json.begin_object();
  json.key("digest").begin_object();
  json.key("sha256").string(plan_digest);
  json.end_object();
  json.key("name").string("plan");
  json.end_object();
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
