// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/deadline.h"
#include "cmd/exit_code.h"
#include "cmd/key_options.h"
#include "cmd/plan_output.h"
#include "cmd/version.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/plan_view.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/revisions.h"
#include "core/git/repository_path.h"
#include "core/sign/policy_findings.h"
#include "core/sign/sign_plan.h"

namespace hookplan {
namespace {

Result<RevisionRequest> request_of(const CommandLine& line) {
  RevisionRequest request;
  request.repository = line.get("repo", ".");
  if (!line.words.empty()) request.base = line.words[0];
  if (line.words.size() > 1) request.head = line.words[1];
  request.config_path = line.get("config-path");
  if (!request.config_path.empty()) {
    const std::string problem = repository_path_problem(request.config_path);
    if (!problem.empty()) {
      return fail(Code::bad_option_value, "--config-path {} cannot be: {}",
                  printable(request.config_path), problem)
          .hint("name a file from the top of the repository, such as config/prow/config.yaml");
    }
  }
  return request;
}

Result<std::chrono::seconds> timeout_of(const CommandLine& line) {
  constexpr int kMost = 86'400;
  const std::string text = line.get("timeout", "60");
  if (const auto seconds = number_from(text, 1, kMost)) return std::chrono::seconds(*seconds);
  return fail(Code::bad_option_value, "--timeout cannot be {}", printable(text))
      .hint("a number of seconds from 1 to {}", kMost);
}

// The plan with what the policies have to say about it.
Result<Plan> planned(const RevisionRequest& request, const CommandLine& line, Instant now) {
  TRY(Revisions revisions, read_revisions(request));
  Plan plan = make_judged_plan(std::move(revisions), now, kVersion);
  if (line.has("branch")) plan.provenance.branch = full_branch_name(line.get("branch"));
  return plan;
}

Result<int> plan_command(const CommandLine& line, const Console& console) {
  if (line.has("passphrase") && !line.has("sign")) {
    return fail(Code::bad_option_value, "--passphrase opens the key of --sign, and that is missing")
        .hint("name the key with --sign, or leave --passphrase out");
  }
  TRY(const RevisionRequest request, request_of(line));
  TRY(const std::chrono::seconds timeout, timeout_of(line));
  set_deadline(timeout, shown(fail(Code::deadline_passed,
                                   "the time of --timeout has passed, nothing was changed")
                                  .diagnostics,
                              kDeadline, &line, console.errors));
  TRY(const Instant now, current_time());
  TRY(Plan plan, planned(request, line, now));
  return put_plan(std::move(plan), line, now, console);
}

}  // namespace

int run_plan(const CommandLine& line, Console& console) {
  const Result<int> result = plan_command(line, console);
  return result ? *result : report(result.error(), &line, console);
}

}  // namespace hookplan
