// SPDX-License-Identifier: Apache-2.0
#include "core/plan/make_plan.h"

#include <algorithm>
#include <utility>

#include "core/plan/consequence.h"
#include "core/plan/diff.h"
#include "core/plan/digests.h"
#include "core/plan/findings.h"
#include "core/plan/guards.h"
#include "core/plan/relation.h"

namespace hookplan {
namespace {

std::optional<FileProvenance> provenance_of(const std::optional<FileIdentity>& file) {
  if (!file) return std::nullopt;
  return FileProvenance{file->blob, file->sha256, file->size};
}

SideProvenance provenance_of(const RevisionSide& side, const std::string& path) {
  return {side.commit.id, side.commit.tree, side.config_path == path ? "" : side.config_path,
          provenance_of(side.config), provenance_of(side.settings_file)};
}

Plan complete(Difference difference, const Revisions& revisions, Instant now,
              std::string_view tool_version) {
  Plan plan;
  plan.tool_version = tool_version;
  plan.overlap = revisions.before.settings.overlap;
  const std::string& path = revisions.config_path;
  plan.provenance = {revisions.repository,
                     {},
                     path,
                     revisions.config_path_rule,
                     revisions.base_rule,
                     provenance_of(revisions.before, path),
                     provenance_of(revisions.after, path)};
  plan.changes = std::move(difference.changes);
  plan.settings = std::move(difference.settings);
  plan.summary = difference.summary;

  const Guards guards =
      stricter_of(revisions.before.settings.guards, revisions.after.settings.guards);
  for (Change& change : plan.changes) {
    change.is_protected = is_protected(guards, change.entry);
    describe(change, revisions.before.settings.overlap);
    change.digest = change_digest(change);
  }
  for (SettingChange& setting : plan.settings) describe(setting);
  plan.intent_digest = intent_digest(plan.provenance.path, plan.changes, plan.settings);

  plan.guards = evaluate_guards(plan, guards);
  plan.diagnostics = findings(plan, revisions, now);
  return plan;
}

}  // namespace

Plan make_plan(const Revisions& revisions, Instant now, std::string_view tool_version) {
  return complete(diff(revisions), revisions, now, tool_version);
}

Plan make_live_plan(const Revisions& revisions, LiveChanges live, Instant now,
                    std::string_view tool_version) {
  Difference difference;
  difference.changes = std::move(live.changes);
  std::ranges::sort(difference.changes, {},
                    [](const Change& change) { return std::pair(change.entry, change.kind); });
  relate(difference.changes, revisions.after.snapshot.entries);
  if (live.retires_global) {
    const LineRange lines = revisions.after.snapshot.respect_legacy_global_token.lines;
    difference.settings.push_back(
        {std::string(kRespectGlobalToken), true, false, lines, lines, {}});
  }
  Summary& summary = difference.summary;
  summary.unchanged = static_cast<std::int64_t>(revisions.after.snapshot.entries.size());
  for (const Change& change : difference.changes) {
    if (change.kind == ChangeKind::remove) {
      ++summary.remove;
      continue;
    }
    ++(change.kind == ChangeKind::rotate ? summary.rotate : summary.onboard);
    --summary.unchanged;
  }
  return complete(std::move(difference), revisions, now, tool_version);
}

}  // namespace hookplan
