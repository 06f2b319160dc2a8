// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

int run(const std::vector<std::string>& arguments) {
  const Result<CommandLine> line = parse_command_line(arguments);
  Console console = make_console(line ? line->get("color", "auto") : "auto");
  if (!line) return report(line.error(), nullptr, console);
  if (line->has("help")) {
    const Result<void> printed = console.print(help_of(*line->command));
    return printed ? kSuccess : report(printed.error(), nullptr, console);
  }
  return line->command->run(*line, console);
}

}  // namespace
}  // namespace hookplan

int main(int count, char** arguments) {
  using namespace hookplan;
  try {
    return run({arguments + (count > 0 ? 1 : 0), arguments + count});
  } catch (const std::exception& exception) {
    const Error error(
        ErrorKind::internal,
        diagnose(Code::internal_error,
                 fmt::format("a mistake in hookplan: {}", printable(exception.what())),
                 "report it with the command line and the version"));
    return report(error, nullptr, make_console("auto"));
  }
}
