// SPDX-License-Identifier: Apache-2.0
#include "cmd/ci_report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cmd/exit_code.h"
#include "cmd/view/markdown_escape.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// The runner drops a summary of more than 1 MiB.
constexpr std::size_t kMaxSummaryBytes = 900'000;

std::string value_of(const CiEnvironment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

}  // namespace

std::string_view failure_reason(int exit_code) {
  switch (exit_code) {
    case kSuccess: return "";
    case kChangesPresent: return "changes";
    case kDrift: return "drift";
    case kBlocked: return "guard";
    case kConfigInvalid: return "config-invalid";
    case kNotSigned:
    case kUnknownSigner:
    case kSignerInvalid:
    case kThresholdNotMet:
    case kAltered:
    case kNotAllowed: return "not-reviewed";
    case kExpired:
    case kNotFresh: return "stale";
    case kBusy: return "locked";
    case kDenied:
    case kKeyUnusable: return "auth";
    case kUnfinished:
    case kInterrupted: return "partial";
    case kUnavailable:
    case kConflict: return "unavailable";
    case kInputMissing: return "history";
    case kUsage: return "usage";
    case kInternalError: return "internal";
    default: return "other";
  }
}

Result<CiReport> CiReport::open(const CiEnvironment& environment) {
  const std::string output = value_of(environment, "GITHUB_OUTPUT");
  const std::string summary = value_of(environment, "GITHUB_STEP_SUMMARY");
  TRY(StepFile output_file, StepFile::open("GITHUB_OUTPUT", output));
  TRY(StepFile summary_file, StepFile::open("GITHUB_STEP_SUMMARY", summary));
  return CiReport(std::move(output_file), std::move(summary_file),
                  value_of(environment, "GITHUB_ACTIONS") == "true");
}

void CiReport::annotate(std::vector<Annotation> more) {
  annotations_.insert(annotations_.end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
}

Result<void> CiReport::summarize(std::string_view markdown, std::string_view instead) {
  return summary_.append_within(kMaxSummaryBytes, markdown, instead);
}

Result<int> CiReport::end(Result<int> done, const Console& console) {
  const int code = done ? *done : static_cast<int>(exit_code_of(done.error().kind));
  if (!done) {
    annotate(annotations_of(done.error().diagnostics));
    const Diagnostic& first = done.error().first();
    const std::string text =
        fmt::format("### Webhook plan: none\n\n**{}** {}\n\n", markdown_text(to_string(first.code)),
                    markdown_text(first.message));
    TRY_VOID(summarize(text, "### Webhook plan: none\n\n"));
  }
  set("exit-code", std::to_string(code));
  set("failure-reason", failure_reason(code));
  std::string lines;
  for (const auto& [name, value] : outputs_) lines += output_line(name, value);
  TRY_VOID(output_.append(lines));
  if (understands_commands_) TRY_VOID(console.print(to_workflow_commands(annotations_, "")));
  return done;
}

}  // namespace hookplan
