// SPDX-License-Identifier: Apache-2.0
// The commands that read signatures: verify and export.
#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/verification_text.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/sign/sign_plan.h"
#include "core/sign/verify.h"

namespace hookplan {
namespace {

// The clock, unless the command line asks about another time. No variable decides:
// SOURCE_DATE_EPOCH is the date of the commit in many a build, and no plan would ever expire there.
Result<Instant> time_of_verification(const CommandLine& line) {
  if (!line.has("at")) return wall_clock();
  const auto instant = instant_from_rfc3339(line.get("at"));
  if (instant) return *instant;
  return fail(Code::bad_option_value, "--at cannot be {}", excerpt(line.get("at")))
      .hint("write it like 2026-01-31T09:00:00Z");
}

Result<void> check_repo(const CommandLine& line) {
  if (!line.has("repo") || line.has("policy-at") || !(line.has("policy") || line.has("key")))
    return {};
  return fail(Code::bad_option_value,
              "--repo says where --policy-at is looked up, and that is missing")
      .hint("name a revision with --policy-at, or leave --repo out");
}

}  // namespace

Result<int> run_verify(const CommandLine& line, const Console& console) {
  TRY(const Instant now, time_of_verification(line));
  TRY_VOID(check_repo(line));
  TRY(const Policy policy, policy_of(line));
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(const OpenedPlan opened, open_plan(bytes, name_of_input(path), policy, now));
  const Verification& verification = opened.verification;
  const int code = verification.is_good() ? kSuccess : exit_code_of(verification.kind);
  if (line.get("format") == "json") {
    TRY_VOID(console.print(to_json(verification, code)));
    return code;
  }
  TRY_VOID(console.print_text(to_text(verification, console.output)));
  console.complain(to_text(verification.problems, console.errors));
  return code;
}

Result<int> run_export(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "bundle"));
  TRY_VOID(require_option(line, "public-key"));
  TRY_VOID(refuse_terminal(line));
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(const Envelope envelope, envelope_from_json(bytes, name_of_input(path)));
  TRY(const PublicKey signer, public_key_of(line, "key"));
  TRY(const std::string bundle, sigstore_bundle(envelope, signer));
  const std::string out = output_of(line);
  return success_of(out.empty() ? console.print(bundle) : write_file(out, bundle));
}

}  // namespace hookplan
