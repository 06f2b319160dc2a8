// SPDX-License-Identifier: Apache-2.0
#include "core/plan/make_plan.h"

#include <algorithm>
#include <utility>

#include "core/plan/consequence.h"
#include "core/plan/diff.h"
#include "core/plan/digests.h"
#include "core/plan/findings.h"
#include "core/plan/guards.h"

namespace hookplan {
namespace {

std::optional<FileProvenance> provenance_of(const std::optional<FileIdentity>& file) {
  if (!file) return std::nullopt;
  return FileProvenance{file->blob, file->sha256, file->size};
}

SideProvenance provenance_of(const RevisionSide& side) {
  return {side.commit.id, side.commit.tree, provenance_of(side.config),
          provenance_of(side.settings_file)};
}

}  // namespace

Plan make_plan(const Revisions& revisions, Instant now, std::string_view tool_version) {
  Plan plan;
  plan.tool_version = tool_version;
  plan.overlap = revisions.before.settings.overlap;
  plan.provenance = {revisions.repository,          {},
                     revisions.config_path,         revisions.config_path_rule,
                     revisions.base_rule,           provenance_of(revisions.before),
                     provenance_of(revisions.after)};
  Difference difference = diff(revisions.before, revisions.after);
  plan.changes = std::move(difference.changes);
  plan.settings = std::move(difference.settings);
  plan.summary = difference.summary;

  const Settings& judge = revisions.before.settings;
  for (Change& change : plan.changes) {
    change.is_protected = is_protected(judge.guards, change.entry);
    describe(change, judge.overlap);
    change.digest = change_digest(change);
  }
  for (SettingChange& setting : plan.settings) describe(setting);
  plan.intent_digest = intent_digest(plan.provenance.path, plan.changes, plan.settings);

  plan.guards = evaluate_guards(plan, judge.guards);
  plan.diagnostics = findings(plan, revisions, now);
  return plan;
}

}  // namespace hookplan
