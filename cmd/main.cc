// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cmd/command_line.h"
#include "cmd/console.h"
#include "cmd/deadline.h"
#include "cmd/exit_code.h"
#include "cmd/harden.h"
#include "cmd/help.h"
#include "cmd/output_check.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

bool asks_for_json(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--json" || word == "--format=json" || word == "-fjson") return true;
    if ((word == "--format" || word == "-f") && i + 1 < arguments.size() &&
        arguments[i + 1] == "json")
      return true;
  }
  return false;
}

// Whatever the files hold that a command is given, it ends.
Result<void> begin_deadline(const CommandLine& line, const Console& console) {
  constexpr int kMax = 86'400;
  const std::string text = line.get("timeout", "60");
  const auto seconds = number_from(text, 1, kMax);
  if (!seconds) {
    return fail(Code::bad_option_value, "--timeout cannot be {}", printable(text))
        .hint("a number of seconds from 1 to {}", kMax);
  }
  const auto words = [&](std::string_view rest) {
    const Error error = fail(Code::deadline_passed, "the time of --timeout has passed{}", rest);
    return shown(error.diagnostics, kDeadline, &line, console.errors);
  };
  set_deadline(std::chrono::seconds(*seconds),
               {words(", nothing was changed"), words("; hookplan status says what is live")});
  return {};
}

int run(const std::vector<std::string>& arguments) {
  harden_process();
  const Result<CommandLine> line = parse_command_line(arguments);
  Console console = make_console(line ? line->get("color", "auto") : "auto");
  console.quiet = line && line->has("quiet");
  if (!line) {
    // The line was not understood, but how to answer it may be plain.
    CommandLine answer;
    if (asks_for_json(arguments)) answer.values["format"] = "json";
    return report(line.error(), &answer, console);
  }
  if (line->has("help")) {
    const Result<void> printed =
        console.print(help_of(*line->command, page_width(console.output.width)));
    return printed ? kSuccess : report(printed.error(), &*line, console);
  }
  if (const Result<void> begun = begin_deadline(*line, console); !begun)
    return report(begun.error(), &*line, console);
  if (const Result<void> checked = check_outputs(*line); !checked)
    return report(checked.error(), &*line, console);
  const Result<int> code = line->command->run(*line, console);
  return code ? *code : report(code.error(), &*line, console);
}

}  // namespace
}  // namespace hookplan

int main(int count, char** arguments) {
  using namespace hookplan;
  try {
    return run({arguments + (count > 0 ? 1 : 0), arguments + count});
  } catch (const std::exception& exception) {
    const Error error =
        fail(Code::internal_error, "a mistake in hookplan: {}", printable(exception.what()));
    return report(error, nullptr, make_console("auto"));
  }
}
