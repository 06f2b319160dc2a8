// SPDX-License-Identifier: Apache-2.0
// The commands that put signatures on a plan: sign, pae, attach, merge.
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "cmd/plan_output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"
#include "core/sign/sign_plan.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxSignatureBytes = 16'384;

Result<Envelope> read_envelope(const std::string& path) {
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(PlanFile file, read_plan_file(bytes, name_of_input(path)));
  if (!file.is_signed()) return bare_statement(name_of_input(path));
  return std::move(file.envelope);
}

}  // namespace

Result<int> run_sign(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "key"));
  TRY_VOID(refuse_terminal(line));
  TRY(const std::chrono::seconds valid_for, validity_of(line));
  TRY(const Instant now, plan_time());
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxPlanBytes));
  TRY(PlanFile file, read_plan_file(bytes, name_of_input(path)));
  if (file.is_signed()) {
    return fail(Code::plan_not_signable, "the plan is signed already")
        .hint("add a signature to it with hookplan approve")
        .as(ErrorKind::usage);
  }
  if (file.plan.validity && line.has("valid-for")) {
    return fail(Code::bad_option_value, "the plan says already until when it is valid")
        .hint("leave --valid-for out, or make the plan again");
  }
  // A plan that says until when it is valid is signed as it is, byte for byte.
  if (file.plan.validity) {
    TRY(file, read_signable(bytes, name_of_input(path), now));
  } else {
    const Instant moment = moment_of(file.plan, now);
    TRY(file, make_signable(std::move(file.plan), moment, valid_for));
  }
  TRY(const PrivateKey key, private_key_of(line, "key"));
  TRY(const Added added, add_signature(file.envelope, key));
  return success_of(put_signed(file, added, line, output_of(line), console));
}

Result<int> run_pae(const CommandLine& line, const Console& console) {
  TRY_VOID(refuse_terminal(line));
  TRY(const Instant now, plan_time());
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(const PlanFile file, read_signable(bytes, name_of_input(path), now));
  const std::string to_sign = signed_bytes(file.envelope);
  const std::string out = output_of(line);
  return success_of(out.empty() ? console.print(to_sign) : write_file(out, to_sign));
}

Result<int> run_attach(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "signature"));
  TRY(const Instant now, plan_time());
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(PlanFile file, read_signable(bytes, name_of_input(path), now));
  TRY(const std::string signature, read_file(line.get("signature"), kMaxSignatureBytes));
  std::optional<PublicKey> signer;
  if (line.has("key")) {
    TRY(signer, public_key_of(line, "key"));
  }
  const bool was_signed = file.is_signed();
  TRY(const Added added, attach_signature(file.envelope, signature, signer));
  return success_of(
      put_signed(file, added, line, output_of(line, was_signed ? path : ""), console));
}

Result<int> run_merge(const CommandLine& line, const Console& console) {
  TRY_VOID(refuse_terminal(line));
  TRY(Envelope merged, read_envelope(line.words.front()));
  for (std::size_t i = 1; i < line.words.size(); ++i) {
    TRY(const Envelope other, read_envelope(line.words[i]));
    TRY(merged, merge(merged, other));
  }
  const std::string out = output_of(line);
  if (out.empty()) return success_of(console.print(to_json(merged)));
  TRY_VOID(write_file(out, to_json(merged)));
  console.note(
      fmt::format("{}: {}\n", printable(out), counted(merged.signatures.size(), "signature")));
  return kSuccess;
}

}  // namespace hookplan
