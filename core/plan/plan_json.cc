// SPDX-License-Identifier: Apache-2.0
#include "core/plan/plan_json.h"

#include "core/base/diagnostic_json.h"
#include "core/base/json.h"
#include "core/plan/digests.h"

namespace hookplan {
namespace {

void write_lines(JsonWriter& json, const LineRange& lines) {
  if (lines.line == 0) return json.null();
  json.begin_object();
  json.key("end_line").integer(lines.end_line);
  json.key("line").integer(lines.line);
  json.end_object();
}

void write_source(JsonWriter& json, const LineRange& before, const LineRange& after) {
  json.begin_object();
  write_lines(json.key("after"), after);
  write_lines(json.key("before"), before);
  json.end_object();
}

void write_change(JsonWriter& json, const Change& change) {
  json.begin_object();
  write_state(json.key("after"), change.after);
  write_state(json.key("before"), change.before);
  json.key("consequence").string(change.consequence);
  json.key("digest").string(change.digest);
  json.key("entry").string(change.entry);
  json.key("kind").string(to_string(change.kind));
  json.key("protected").boolean(change.is_protected);
  json.key("reason").string(change.reason);
  json.key("relation");
  if (change.relation) {
    json.begin_object();
    json.key("entry").string(change.relation->entry);
    json.key("kind").string(to_string(change.relation->kind));
    json.end_object();
  } else {
    json.null();
  }
  json.key("reversible").begin_object();
  json.key("how").string(change.reversible.how);
  json.key("until").string(change.reversible.until);
  json.end_object();
  json.key("scope").string(to_string(change.scope()));
  write_source(json.key("source"), change.lines_before, change.lines_after);
  json.end_object();
}

void write_setting(JsonWriter& json, const SettingChange& setting) {
  json.begin_object();
  json.key("after").boolean(setting.after);
  json.key("before").boolean(setting.before);
  json.key("consequence").string(setting.consequence);
  json.key("name").string(setting.name);
  write_source(json.key("source"), setting.lines_before, setting.lines_after);
  json.end_object();
}

void write_guard(JsonWriter& json, const GuardVerdict& guard) {
  json.begin_object();
  json.key("id").string(guard.id);
  json.key("limit").string(guard.limit);
  json.key("observed").string(guard.observed);
  json.key("remedy").string(guard.remedy);
  json.key("result").string(to_string(guard.result));
  json.end_object();
}

void write_file(JsonWriter& json, const std::optional<FileProvenance>& file) {
  if (!file) return json.null();
  json.begin_object();
  json.key("blob").string(file->blob);
  if (!file->sha256.empty()) json.key("sha256").string(file->sha256);
  json.key("size").integer(static_cast<std::int64_t>(file->size));
  json.end_object();
}

void write_side(JsonWriter& json, const SideProvenance& side) {
  if (side.commit.empty()) return json.null();
  json.begin_object();
  json.key("commit").string(side.commit);
  write_file(json.key("config"), side.config);
  if (!side.path.empty()) json.key("path").string(side.path);
  write_file(json.key("settings"), side.settings);
  json.key("tree").string(side.tree);
  json.end_object();
}

void write_provenance(JsonWriter& json, const Provenance& provenance) {
  json.begin_object();
  write_side(json.key("base"), provenance.before);
  json.key("base_rule").string(provenance.base_rule);
  json.key("branch").string(provenance.branch);
  write_side(json.key("head"), provenance.after);
  json.key("path").string(provenance.path);
  json.key("path_rule").string(provenance.path_rule);
  json.key("repository").string(provenance.repository);
  json.end_object();
}

void write_validity(JsonWriter& json, const std::optional<Validity>& validity) {
  if (!validity) return json.null();
  json.begin_object();
  json.key("created").string(to_rfc3339(validity->created));
  json.key("expires").string(to_rfc3339(validity->expires));
  json.end_object();
}

void write_summary(JsonWriter& json, const Summary& summary) {
  json.begin_object();
  json.key("onboard").integer(summary.onboard);
  json.key("relax").integer(summary.relax);
  json.key("remove").integer(summary.remove);
  json.key("reroute").integer(summary.reroute);
  json.key("rotate").integer(summary.rotate);
  json.key("unchanged").integer(summary.unchanged);
  json.end_object();
}

// The resulting config alone: in-toto matches subjects by digest, so a check of the old file must
// not pass. Where the config is gone, the commit that has none stands for it.
void write_subject(JsonWriter& json, const Provenance& provenance) {
  json.begin_array();
  json.begin_object();
  json.key("digest").begin_object();
  if (provenance.after.config) {
    json.key("gitBlob").string(provenance.after.config->blob);
    const std::string& sha256 = provenance.after.config->sha256;
    if (!sha256.empty()) json.key("sha256").string(sha256);
  } else {
    json.key("gitCommit").string(provenance.after.commit);
  }
  json.end_object();
  json.key("name").string(provenance.path);
  json.end_object();
  json.end_array();
}

template <typename T, typename Write>
void write_list(JsonWriter& json, const std::vector<T>& items, Write write) {
  json.begin_array();
  for (const T& item : items) write(json, item);
  json.end_array();
}

}  // namespace

std::string to_json(const Plan& plan) {
  JsonWriter json;
  json.begin_object();
  json.key("_type").string(kStatementType);
  json.key("predicate").begin_object();
  write_list(json.key("changes"), plan.changes, write_change);
  write_diagnostics(json.key("diagnostics"), plan.diagnostics);
  write_list(json.key("guards"), plan.guards, write_guard);
  json.key("intent_digest").string(plan.intent_digest);
  if (plan.older_findings > 0) json.key("older_findings").integer(plan.older_findings);
  json.key("overlap_seconds").integer(plan.overlap.count());
  write_provenance(json.key("provenance"), plan.provenance);
  write_list(json.key("settings"), plan.settings, write_setting);
  write_summary(json.key("summary"), plan.summary);
  json.key("tool").begin_object();
  json.key("name").string("hookplan");
  json.key("version").string(plan.tool_version);
  json.end_object();
  write_validity(json.key("validity"), plan.validity);
  json.end_object();
  json.key("predicateType").string(kPredicateType);
  write_subject(json.key("subject"), plan.provenance);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
