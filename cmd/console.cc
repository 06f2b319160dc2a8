// SPDX-License-Identifier: Apache-2.0
#include "cmd/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "cmd/exit_code.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/diagnostics_json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool wants_colour(std::string_view color, bool terminal) {
  if (color == "always") return true;
  if (color == "never") return false;
  if (!variable("NO_COLOR").empty()) return false;
  for (const char* const name : {"CLICOLOR_FORCE", "FORCE_COLOR"}) {
    if (!variable(name).empty() && variable(name) != "0") return true;
  }
  return terminal && variable("TERM") != "dumb";
}

std::size_t width_of(int descriptor) {
  if (isatty(descriptor) == 0) return 0;
  constexpr std::int64_t kMaxColumns = 1'000'000;
  if (const auto columns = number_from(variable("COLUMNS"), 1, kMaxColumns)) {
    return static_cast<std::size_t>(*columns);
  }
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

Result<void> Console::print(std::string_view text) const {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return {};
  return fail(Code::unwritable_file, "cannot write the result: {}", std::strerror(errno))
      .hint("check where standard output goes");
}

Result<void> Console::print_text(std::string_view text) const {
  if (quiet) return {};
  return print(text);
}

void Console::note(std::string_view text) const {
  if (!quiet) complain(text);
}

void Console::complain(std::string_view text) const {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

Console make_console(std::string_view color) {
  Console console;
  console.output = {wants_colour(color, isatty(STDOUT_FILENO) != 0), width_of(STDOUT_FILENO)};
  console.errors = {wants_colour(color, isatty(STDERR_FILENO) != 0), width_of(STDERR_FILENO)};
  return console;
}

Result<Instant> plan_time() {
  const std::string_view epoch = variable("SOURCE_DATE_EPOCH");
  if (!epoch.empty()) {
    constexpr std::int64_t kEndOf9999 = 253'402'300'799;
    if (const auto seconds = number_from(epoch, 0, kEndOf9999)) return Instant{*seconds, 0};
    return fail(Code::bad_option_value, "SOURCE_DATE_EPOCH is {}, not a number of seconds",
                printable(epoch))
        .hint("unset it, or set it to seconds since 1970");
  }
  return wall_clock();
}

Instant moment_of(const Plan& plan, Instant now) {
  if (!plan.is_live()) return now;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const auto real = std::chrono::system_clock::now().time_since_epoch();
  const auto count = std::chrono::duration_cast<std::chrono::nanoseconds>(real).count();
  return {now.seconds, static_cast<std::int32_t>(count % kSecond)};
}

Instant wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(now).count(), 0};
}

std::string shown(const std::vector<Diagnostic>& diagnostics, int exit_code,
                  const CommandLine* line, const TextStyle& style) {
  const bool as_json = line != nullptr && line->get("format") == "json";
  return as_json ? diagnostics_to_json(diagnostics, exit_code) : to_text(diagnostics, style);
}

int report(const Error& error, const CommandLine* line, const Console& console) {
  const ExitCode code = exit_code_of(error.kind);
  console.complain(shown(error.diagnostics, code, line, console.errors));
  return code;
}

}  // namespace hookplan
