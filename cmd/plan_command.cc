// SPDX-License-Identifier: Apache-2.0
#include <charconv>
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

Error bad_value(std::string message, std::string hint) {
  return {ErrorKind::usage, diagnose(Code::bad_option_value, std::move(message), std::move(hint))};
}

Result<std::chrono::seconds> timeout_of(const CommandLine& line) {
  constexpr int kMost = 86'400;
  const std::string text = line.get("timeout", "60");
  int seconds = 0;
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc{} || rest != text.data() + text.size() || seconds < 1 ||
      seconds > kMost) {
    return bad_value(fmt::format("--timeout cannot be {}", printable(text)),
                     fmt::format("a number of seconds from 1 to {}", kMost));
  }
  return std::chrono::seconds(seconds);
}

Result<int> plan_command(const CommandLine& line, const Console& console) {
  if (line.has("passphrase") && !line.has("sign")) {
    return bad_value("--passphrase opens the key of --sign, and that is missing",
                     "name the key with --sign, or leave --passphrase out");
  }
  TRY(const std::chrono::seconds timeout, timeout_of(line));
  set_deadline(timeout, shown({diagnose(Code::deadline_passed,
                                        "the time of --timeout has passed, nothing was changed",
                                        "run it on a local clone")},
                              kDeadline, &line, console.errors));
  TRY(const Instant now, current_time());
  const auto word = [&](std::size_t i) {
    return i < line.words.size() ? line.words[i] : std::string();
  };
  TRY(Revisions revisions, read_revisions_of(line, word(0), word(1)));
  return put_plan_of(std::move(revisions), std::nullopt, line, now, console);
}

}  // namespace

int run_plan(const CommandLine& line, Console& console) {
  const Result<int> result = plan_command(line, console);
  return result ? *result : report(result.error(), &line, console);
}

}  // namespace hookplan
