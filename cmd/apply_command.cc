// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/key_options.h"
#include "cmd/run_options.h"
#include "cmd/version.h"
#include "core/apply/apply.h"
#include "core/apply/apply_result.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/policy_settings.h"
#include "core/plan/plan_text.h"
#include "core/sign/sign_plan.h"
#include "core/sign/verify.h"

namespace hookplan {
namespace {

// The statement about what was done, signed if there is a key.
Result<void> put_result(const ApplyReport& report, const FreshPlan& plan, const CommandLine& line,
                        const std::optional<PrivateKey>& key) {
  if (!line.has("result")) return {};
  Envelope envelope;
  envelope.payload_type = kPayloadType;
  envelope.payload = apply_result(report, plan.digest(), clock_time(), kVersion);
  if (!key) return write_file(line.get("result"), envelope.payload);
  TRY_(add_signature(envelope, *key));
  return write_file(line.get("result"), to_json(envelope));
}

// What signs the result. It is read before anything is done, because it must not fail afterwards,
// and once, because a variable or a stream gives it only once.
Result<std::optional<PrivateKey>> key_of_result(const CommandLine& line) {
  if (!line.has("sign")) return std::optional<PrivateKey>();
  if (!line.has("result")) {
    return Error(ErrorKind::usage, diagnose(Code::bad_option_value,
                                            "--sign signs the result, and --result is missing",
                                            "name the file with --result, or leave --sign out"));
  }
  TRY(PrivateKey key, private_key_of(line, "sign"));
  return std::optional<PrivateKey>(std::move(key));
}

Result<FreshPlan> opened_plan(const CommandLine& line, Instant now) {
  TRY(const Policy policy, policy_of(line));
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_file(path, kMostEnvelopeBytes));
  TRY(OpenedPlan opened, open_plan(bytes, path, policy, now));
  if (!opened.plan) {
    return Error(opened.verification.kind, std::move(opened.verification.problems));
  }
  TrustedBranch trusted;
  trusted.repository = line.get("repo", ".");
  if (line.has("branch")) trusted.branch = full_branch_name(line.get("branch"));
  return check_fresh(*std::move(opened.plan), trusted, now);
}

Result<int> apply_command(const CommandLine& line, const Console& console) {
  TRY(const RunOptions options, run_options_of(line));
  TRY(const std::optional<PrivateKey> key, key_of_result(line));
  TRY(const FreshPlan plan, opened_plan(line, clock_time()));
  TRY(const auto real, RealOutside::make(line, console));
  ApplyReport report;
  TRY(const int code,
      run_and_report(
          line, console, *real, [&] { return apply(plan, real->outside(), options); }, report));
  TRY_(put_result(report, plan, line, key));
  return code;
}

}  // namespace

int run_apply(const CommandLine& line, Console& console) {
  const Result<int> result = apply_command(line, console);
  return result ? *result : report(result.error(), &line, console);
}

}  // namespace hookplan
