// SPDX-License-Identifier: Apache-2.0
#include "cmd/planning.h"

#include <utility>

#include <fmt/format.h>

#include "cmd/output_check.h"
#include "cmd/plan_output.h"
#include "cmd/version.h"
#include "core/base/text.h"
#include "core/config/policy_settings.h"
#include "core/git/repository_path.h"
#include "core/sign/policy_findings.h"
#include "plugins/plugin.h"

namespace hookplan {

Result<Revisions> read_revisions_of(const CommandLine& line, std::string base, std::string head,
                                    ReadExtent extent) {
  const RevisionRequest request{
      line.get("repo", "."),   std::move(base),      std::move(head), line.has("worktree"),
      line.get("config-path"), line.get("settings"), extent,          line.has("verify-objects")};
  for (const std::string_view option : {"config-path", "settings"}) {
    const std::string path = line.get(option);
    const std::string problem = path.empty() ? path : repository_path_problem(path);
    if (!problem.empty()) {
      return fail(Code::bad_option_value, "--{} {} cannot be: {}", option, printable(path), problem)
          .hint("name a file from the top of the repository, such as config/prow/config.yaml");
    }
  }
  return read_revisions(request, plugin_types());
}

Result<Revisions> read_revision_of(const CommandLine& line, const std::string& revision) {
  const std::string one = revision.empty() ? "HEAD" : revision;
  return read_revisions_of(line, one, one, ReadExtent::everything);
}

Result<int> put_plan_of(Revisions revisions, std::optional<LiveChanges> live_changes,
                        const CommandLine& line, Instant now, const Console& console) {
  TRY_VOID(check_outputs_against(line, revisions.before.settings));
  TRY_VOID(check_outputs_against(line, revisions.after.settings));
  Plan plan = make_judged_plan(std::move(revisions), std::move(live_changes), now, kVersion);
  if (line.has("branch")) plan.provenance.branch = full_branch_name(line.get("branch"));
  return put_plan(std::move(plan), line, now, console);
}

}  // namespace hookplan
