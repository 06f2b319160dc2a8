// SPDX-License-Identifier: Apache-2.0
#include "cmd/plan_output.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// Between reading a plan and signing it a person may think for an hour, and somebody else may sign.
Result<Envelope> put_in_place(const Envelope& envelope, const std::string& path) {
  TRY(const FolderLock lock, FolderLock::take(path));
  TRY(const std::string bytes, read_file(path, kMostEnvelopeBytes));
  TRY(const Document current, document_from_json(bytes, path));
  Envelope merged = envelope;
  if (current.envelope) {
    TRY(merged, merge(*current.envelope, envelope));
  }
  if (!current.envelope || merged.signatures != current.envelope->signatures) {
    TRY_(write_file(path, to_json(merged)));
  }
  return merged;
}

}  // namespace

Result<void> put_signed(const PlanFile& file, Added added, const CommandLine& line,
                        const std::string& out, const Console& console) {
  if (added == Added::was_there) {
    console.complain(to_text(
        {diagnose(Code::already_signed, "this key has signed the plan already", "nothing to do")},
        console.errors));
  }
  if (out.empty()) return console.print(to_json(file.envelope));
  Envelope written = file.envelope;
  std::error_code ignored;
  if (!line.words.empty() && std::filesystem::equivalent(out, line.words.front(), ignored)) {
    TRY(written, put_in_place(file.envelope, out));
  } else {
    TRY_(write_file(out, to_json(written)));
  }
  console.complain(
      fmt::format("{}: {}; {}\n  plan {}\n", printable(out), counted_changes(file.plan),
                  counted(written.signatures.size(), "signature"), plan_digest(written.payload)));
  return {};
}

}  // namespace hookplan
