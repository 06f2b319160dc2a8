// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/deadline.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "cmd/plan_output.h"
#include "cmd/terminal.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/sign/sign_plan.h"

namespace hookplan {
namespace {

constexpr std::string_view kScheme = "sha256:";
// Two plans whose digests begin alike can be made at will: of 8 digits in a second, of 16 in weeks
// of many machines. Whoever pastes the digest has all of it at hand.
constexpr std::size_t kTypedDigits = 16;
constexpr std::size_t kAllDigits = 64;

// The digits that a person names must be the beginning of the plan digest, `least` of them.
Result<void> check_digits(std::string_view given, const PlanFile& file, std::size_t least) {
  const std::string whole = plan_digest(file.envelope.payload);
  std::string_view digest = whole;
  // As it was pasted.
  std::string cleaned = ascii_lower(given);
  std::erase_if(cleaned, [](char c) { return c == ' ' || c == '\t'; });
  given = cleaned;
  if (given.starts_with(kScheme)) given.remove_prefix(kScheme.size());
  digest.remove_prefix(kScheme.size());
  const bool hex = given.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!hex || given.size() < least || given.size() > digest.size()) {
    return fail(Code::digest_not_confirmed, "that is not {} a plan digest",
                least == kAllDigits ? "the whole of" : "the beginning of")
        .hint("{} {} hexadecimal digits, as hookplan show prints them",
              least == kAllDigits ? "all" : "at least", least);
  }
  if (digest.starts_with(given)) return {};
  if (std::string_view(file.plan.intent_digest).substr(kScheme.size()).starts_with(given)) {
    return fail(Code::digest_not_confirmed,
                "that is the intent digest, which other plans with the same changes share")
        .hint("name the plan digest: the line `plan` of hookplan show");
  }
  return fail(Code::digest_not_confirmed, "the digest is not that of this plan")
      .hint("this is another plan than the one you read; read it again with hookplan show");
}

Result<void> confirm(const CommandLine& line, const PlanFile& file, const Console& console) {
  if (line.has("digest")) return check_digits(line.get("digest"), file, kAllDigits);
  const PausedDeadline asking(PausedDeadline::For::a_person);
  constexpr int kMaxTries = 3;
  for (int tries = 1;; ++tries) {
    const std::optional<std::string> typed = ask(
        fmt::format("first {} digits of the plan digest, from where you read it: ", kTypedDigits));
    if (!typed)
      return fail(Code::digest_not_confirmed, "nothing was typed")
          .hint("name the whole digest with --digest");
    Result<void> checked = check_digits(*typed, file, kTypedDigits);
    if (checked || tries == kMaxTries) return checked;
    console.complain(to_text(checked.error().diagnostics, console.errors));
  }
}

}  // namespace

Result<int> run_approve(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "key"));
  if (!line.has("digest") && !has_person()) {
    return fail(Code::digest_not_confirmed, "there is no terminal to ask at")
        .hint("name the whole plan digest: --digest DIGITS");
  }
  TRY(const Instant now, plan_time());
  const std::string& path = line.words.front();
  TRY(const std::string bytes, read_input(path, kMaxEnvelopeBytes));
  TRY(PlanFile file, read_signable(bytes, name_of_input(path), now));
  if (!file.is_signed()) return bare_statement(name_of_input(path));
  // What is shown comes from the bytes that are signed, not from a comment that anybody could edit.
  // The digest is not shown: it has to come from where the plan was read.
  TextStyle style = console.output;
  style.complete = true;
  TRY_VOID(console.print(to_text(file.plan, style)));
  TRY_VOID(confirm(line, file, console));
  TRY(const PrivateKey key, private_key_of(line, "key"));
  TRY(const Added added, add_signature(file.envelope, key));
  return success_of(put_signed(file, added, line, output_of(line, path), console));
}

}  // namespace hookplan
