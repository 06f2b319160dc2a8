// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/applying.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "cmd/reviewing.h"
#include "cmd/run_options.h"
#include "cmd/version.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "core/apply/apply.h"
#include "core/apply/apply_result.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/config/policy_settings.h"
#include "core/sign/sign_plan.h"
#include "core/sign/verify.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// The statement about what was done, signed if there is a key.
Result<void> put_result(const ApplyReport& report, const FreshPlan& plan, const CommandLine& line,
                        const std::optional<PrivateKey>& key) {
  if (!line.has("result")) return {};
  Envelope envelope;
  envelope.payload_type = kPayloadType;
  envelope.payload = apply_result(report, plan.digest(), wall_clock(), kVersion);
  if (!key) return write_file(line.get("result"), envelope.payload);
  TRY_VOID(add_signature(envelope, *key));
  return write_file(line.get("result"), to_json(envelope));
}

// What signs the result. It is read before anything is done, because it must not fail afterwards,
// and once, because a variable or a stream gives it only once.
Result<std::optional<PrivateKey>> key_of_result(const CommandLine& line) {
  if (!line.has("sign")) return std::optional<PrivateKey>();
  if (!line.has("result")) {
    return fail(Code::bad_option_value, "--sign signs the result, and --result is missing")
        .hint("name the file with --result, or leave --sign out");
  }
  TRY(PrivateKey key, private_key_of(line, "sign"));
  return std::optional<PrivateKey>(std::move(key));
}

// Whether the result can be written is found out before there is one.
Result<void> check_result_file(const CommandLine& line) {
  if (!line.has("result")) return {};
  const std::filesystem::path path = line.get("result");
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code ignored;
  if (std::filesystem::is_directory(folder, ignored) &&
      !std::filesystem::is_directory(path, ignored))
    return {};
  return fail(Code::unwritable_file, "cannot write {}", printable(path.string()));
}

Result<void> check_only(const RunOptions& options, const Plan& plan) {
  const bool fits =
      options.only.empty() || std::ranges::any_of(plan.changes, [&](const Change& change) {
        return matches(options.only, change.entry);
      });
  if (fits) return {};
  return fail(Code::bad_option_value, "no change of the plan fits --only {}",
              printable(options.only))
      .hint("`hookplan show PLAN` lists the entries");
}

// A plan names its branch itself. Where a policy decides, that is one signer's word, and others
// need a branch that whoever applies has named. The one key of --key is trusted with all of it.
Result<void> require_trusted_branch(const CommandLine& line, const Policy& policy) {
  if (line.has("branch") || line.has("key") || !policy.allow.branches.empty()) return {};
  return fail(Code::branch_unknown,
              "neither --branch nor allow.branches of the policy says which "
              "branch is trusted")
      .hint("name the protected branch: hookplan apply --branch main");
}

Result<FreshPlan> opened_plan(const CommandLine& line, const Console& console, Instant now) {
  TRY(const Policy policy, policy_of(line));
  TRY_VOID(require_trusted_branch(line, policy));
  TRY(const std::string bytes, read_input(line.words.front(), kMaxEnvelopeBytes));
  TrustedBranch trusted;
  trusted.repository = line.get("repo", ".");
  trusted.settings = line.get("settings");
  if (line.has("branch")) trusted.branch = full_branch_name(line.get("branch"));
  TRY(OpenedPlan opened, open_reviewed_plan(line, console, bytes, policy, trusted, now));
  if (!opened.plan) {
    return Error(opened.verification.kind, std::move(opened.verification.problems));
  }
  return check_fresh(*std::move(opened.plan), trusted, now, plugin_types());
}

}  // namespace

Result<int> apply_plan(const CommandLine& line, const Console& console, ApplyReport& report) {
  TRY(RunOptions options, run_options_of(line));
  TRY(const std::optional<PrivateKey> key, key_of_result(line));
  TRY_VOID(check_result_file(line));
  TRY(const FreshPlan plan, opened_plan(line, console, wall_clock()));
  TRY_VOID(check_only(options, plan.plan()));
  TRY_VOID(fit_deadline(options, line, plan.plan().overlap));
  TRY(const auto real, RealOutside::make(line, console, plan.settings()));
  TRY(const int code,
      run_and_report(
          line, console, *real, [&] { return apply(plan, real->outside(), options); }, report));
  TRY_VOID(put_result(report, plan, line, key));
  return code;
}

Result<int> run_apply(const CommandLine& line, const Console& console) {
  ApplyReport report;
  return apply_plan(line, console, report);
}

}  // namespace hookplan
