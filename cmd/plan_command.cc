// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/planning.h"
#include "cmd/view/diagnostic_text.h"
#include "core/base/text.h"
#include "core/config/revisions.h"

namespace hookplan {
namespace {

// A plan of files that nobody committed cannot be made again, so it is there to be looked at.
Result<void> fits_work_tree(const CommandLine& line) {
  for (const std::string_view option : {"sign", "branch"}) {
    if (!line.has(option)) continue;
    return fail(Code::bad_option_value, "--{} is for a plan of commits, and --worktree makes none",
                option)
        .hint("commit the change first");
  }
  const bool is_range = !line.words.empty() && line.words.front().find("..") != std::string::npos;
  if (line.words.size() < 2 && !is_range) return {};
  return fail(Code::bad_option_value, "--worktree is the newer side, so only BASE can be named")
      .hint("leave HEAD out, or leave --worktree out");
}

// Not a finding of the plan, which says what two commits say.
Result<void> mention_edits(const CommandLine& line, const Revisions& revisions,
                           const Console& console) {
  TRY(const std::vector<std::string> edited, edited_files(line.get("repo", "."), revisions));
  for (const std::string& path : edited) {
    const Error notice = fail(Code::not_committed,
                              "{} was edited and is not committed: that is not "
                              "in this plan",
                              printable(path));
    console.note(to_text(notice.diagnostics, console.errors));
  }
  return {};
}

}  // namespace

Result<int> run_plan(const CommandLine& line, const Console& console) {
  if (line.has("passphrase") && !line.has("sign")) {
    return fail(Code::bad_option_value, "--passphrase opens the key of --sign, and that is missing")
        .hint("name the key with --sign, or leave --passphrase out");
  }
  if (line.has("worktree")) TRY_VOID(fits_work_tree(line));
  TRY(const Instant now, plan_time());
  const auto word = [&](std::size_t i) {
    return i < line.words.size() ? line.words[i] : std::string();
  };
  TRY(Revisions revisions, read_revisions_of(line, word(0), word(1), ReadExtent::changes));
  if (line.has("verbose")) {
    for (const std::string& note : revisions.notes) console.complain(printable(note) + "\n");
  }
  if (line.words.empty() && !line.has("worktree")) {
    TRY_VOID(mention_edits(line, revisions, console));
  }
  return put_plan_of(std::move(revisions), std::nullopt, line, now, console);
}

}  // namespace hookplan
