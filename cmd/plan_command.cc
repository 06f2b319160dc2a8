// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/deadline.h"
#include "cmd/exit_code.h"
#include "cmd/planning.h"
#include "core/base/text.h"
#include "core/config/revisions.h"

namespace hookplan {
namespace {

Result<std::chrono::seconds> timeout_of(const CommandLine& line) {
  constexpr int kMax = 86'400;
  const std::string text = line.get("timeout", "60");
  if (const auto seconds = number_from(text, 1, kMax)) return std::chrono::seconds(*seconds);
  return fail(Code::bad_option_value, "--timeout cannot be {}", printable(text))
      .hint("a number of seconds from 1 to {}", kMax);
}

}  // namespace

Result<int> run_plan(const CommandLine& line, const Console& console) {
  if (line.has("passphrase") && !line.has("sign")) {
    return fail(Code::bad_option_value, "--passphrase opens the key of --sign, and that is missing")
        .hint("name the key with --sign, or leave --passphrase out");
  }
  TRY(const std::chrono::seconds timeout, timeout_of(line));
  set_deadline(timeout, shown(fail(Code::deadline_passed,
                                   "the time of --timeout has passed, nothing was changed")
                                  .diagnostics,
                              kDeadline, &line, console.errors));
  TRY(const Instant now, plan_time());
  const auto word = [&](std::size_t i) {
    return i < line.words.size() ? line.words[i] : std::string();
  };
  TRY(Revisions revisions, read_revisions_of(line, word(0), word(1), ReadExtent::changes));
  if (line.has("verbose")) {
    for (const std::string& note : revisions.notes) console.complain(printable(note) + "\n");
  }
  return put_plan_of(std::move(revisions), std::nullopt, line, now, console);
}

}  // namespace hookplan
