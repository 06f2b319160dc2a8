// SPDX-License-Identifier: Apache-2.0
#include "cmd/plan_output.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/plan_view.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

// Between reading a plan and signing it a person may think for an hour, and somebody else may sign.
Result<Envelope> put_in_place(const Envelope& envelope, const std::string& path) {
  TRY(const FolderLock lock, FolderLock::take(path));
  TRY(const std::string bytes, read_file(path, kMaxEnvelopeBytes));
  TRY(const Document current, document_from_json(bytes, path));
  Envelope merged = envelope;
  if (current.envelope) {
    TRY(merged, merge(*current.envelope, envelope));
  }
  if (!current.envelope || merged.signatures != current.envelope->signatures) {
    TRY_VOID(write_file(path, to_json(merged)));
  }
  return merged;
}

// What is wrong comes before what is merely there.
int verdict(const Plan& plan, bool exit_code) {
  if (plan.has_errors()) return kConfigInvalid;
  if (plan.is_blocked()) return kBlocked;
  return exit_code && plan.has_changes() ? kChangesPresent : kSuccess;
}

// What speaks against the plan, for who does not read it: a file, or a format for programs.
void complain_about(const Plan& plan, int code, const CommandLine& line, const Console& console) {
  std::vector<Diagnostic> against;
  std::ranges::copy_if(plan.diagnostics, std::back_inserter(against),
                       [](const Diagnostic& each) { return each.severity == Severity::error; });
  for (const GuardVerdict& guard : plan.guards) {
    if (guard.result == GuardResult::pass) continue;
    against.push_back(fail(Code::plan_not_applicable, "{} blocks the plan: {}; allowed: {}",
                           guard.id, guard.observed, guard.limit)
                          .hint(guard.remedy)
                          .first());
  }
  if (!against.empty()) console.complain(shown(against, code, &line, console.errors));
}

// What is stored must be read back, whoever made it.
Result<void> require_storable(const Plan& plan, std::size_t bytes) {
  if (bytes <= kMaxPayloadBytes) return {};
  return fail(Code::plan_too_large, "{} make a plan of {} bytes; at most {} can be stored",
              counted(plan.changes.size(), "change"), bytes, kMaxPayloadBytes);
}

// Signs what can be applied only; of what cannot, the plan is shown and why it was not signed.
Result<int> sign_and_put(const Plan& plan, const CommandLine& line, Instant now,
                         const Console& console) {
  if (line.get("format", "json") != "json") {
    return fail(Code::bad_option_value,
                "a signed plan is JSON: --format cannot be anything else with --sign")
        .hint("leave --format out; hookplan show prints signed plans in any format");
  }
  TRY_VOID(refuse_terminal(line));
  TRY(const std::chrono::seconds valid_for, validity_of(line));
  const int code = verdict(plan, line.has("exit-code"));
  Result<PlanFile> file = make_signable(plan, moment_of(plan, now), valid_for);
  if (!file) {
    console.complain(to_text(plan, console.errors));
    return std::move(file).error();
  }
  TRY(const PrivateKey key, private_key_of(line, "sign"));
  TRY(const Added added, add_signature(file->envelope, key));
  TRY_VOID(put_signed(*file, added, line, output_of(line), console));
  return code;
}

}  // namespace

Result<void> put_signed(const PlanFile& file, Added added, const CommandLine& line,
                        const std::string& out, const Console& console) {
  if (added == Added::was_there) {
    console.complain(
        to_text(fail(Code::already_signed, "this key has signed the plan already").diagnostics,
                console.errors));
  }
  if (out.empty()) {
    TRY_VOID(refuse_terminal(line));
    return console.print(to_json(file.envelope));
  }
  Envelope written = file.envelope;
  std::error_code ignored;
  if (!line.words.empty() && std::filesystem::equivalent(out, line.words.front(), ignored)) {
    TRY(written, put_in_place(file.envelope, out));
  } else {
    TRY_VOID(write_file(out, to_json(written)));
  }
  console.note(wrapped(fmt::format("{}: {}; {}", printable(out), counted_changes(file.plan),
                                   counted(written.signatures.size(), "signature")),
                       0, console.errors) +
               fmt::format("  plan {}\n", plan_digest(written.payload)));
  return {};
}

Result<int> put_plan(Plan plan, const CommandLine& line, Instant now, const Console& console) {
  if (line.has("sign")) return sign_and_put(plan, line, now, console);
  if (line.has("valid-for")) {
    TRY(const std::chrono::seconds valid_for, validity_of(line));
    TRY(plan.validity, validity_from(moment_of(plan, now), valid_for));
  }
  const int code = verdict(plan, line.has("exit-code"));
  const std::string format = line.get("format", "text");
  const std::string out = output_of(line);
  const std::string text = in_format(plan, format, out.empty() ? console.output : TextStyle{});
  const Result<void> storable =
      require_storable(plan, format == "json" ? text.size() : to_json(plan).size());
  if (!storable && format == "json") return storable.error();
  if (out.empty()) {
    TRY_VOID(format == "text" ? console.print_text(text) : console.print(text));
  } else {
    TRY_VOID(write_file(out, text));
    console.note(fmt::format("{}: {}\n", printable(out), counted_changes(plan)));
  }
  // What is wrong with it counts more.
  if (!storable && !plan.has_errors())
    console.complain(to_text(storable.error().diagnostics, console.errors));
  if (format != "text" || !out.empty() || console.quiet) complain_about(plan, code, line, console);
  return code;
}

}  // namespace hookplan
