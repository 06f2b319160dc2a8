// SPDX-License-Identifier: Apache-2.0
#include "cmd/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "cmd/diagnostics_json.h"
#include "cmd/exit_code.h"

namespace hookplan {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  return !text.empty() && failure == std::errc{} && rest == end;
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
  std::size_t columns = 0;
  if (read_number(variable("COLUMNS"), columns) && columns > 0) return columns;
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Instant current_time() {
  std::int64_t seconds = 0;
  if (read_number(variable("SOURCE_DATE_EPOCH"), seconds)) return {seconds, 0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(now).count(), 0};
}

}  // namespace

Result<void> Console::print(std::string_view text) const {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return {};
  return Error(ErrorKind::output,
               diagnose(Code::unwritable_file,
                        fmt::format("cannot write the result: {}", std::strerror(errno)),
                        "check where standard output goes"));
}

void Console::complain(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

Console make_console(std::string_view color) {
  Console console;
  console.output = {wants_colour(color, isatty(STDOUT_FILENO) != 0), width_of(STDOUT_FILENO)};
  console.errors = {wants_colour(color, isatty(STDERR_FILENO) != 0), width_of(STDERR_FILENO)};
  console.now = current_time();
  return console;
}

int report(const Error& error, const CommandLine* line, const Console& console) {
  const ExitCode code = exit_code_of(error.kind);
  const bool as_json = line != nullptr && line->get("format") == "json";
  console.complain(as_json ? diagnostics_to_json(error.diagnostics, code)
                           : to_text(error.diagnostics, console.errors));
  return code;
}

}  // namespace hookplan
