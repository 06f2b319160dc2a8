// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cmd/help.h"
#include "cmd/version.h"

namespace hookplan {
namespace {

// Text for roff: backslashes and dashes mean themselves, no line begins with a control character.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  if (!escaped.empty() && (escaped.front() == '.' || escaped.front() == '\''))
    escaped.insert(0, "\\&");
  return escaped;
}

std::string options_of(std::span<const OptionSpec> options) {
  std::string text;
  for (const OptionSpec& option : options) {
    const char letter = letter_of(option);
    text +=
        fmt::format(".TP\n{}\\fB\\-\\-{}\\fR{}\n{}\n",
                    letter == '\0' ? "" : fmt::format("\\fB\\-{}\\fR, ", letter), roff(option.name),
                    option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.value)),
                    roff(option.help));
  }
  return text;
}

std::string command_section(const CommandSpec& command) {
  std::string text = fmt::format(".SS \"{}\"\n", roff(usage_of(command)));
  text += roff(command.summary) + "\n";
  for (std::string_view rest = command.description; !rest.empty();) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    text += fmt::format(".PP\n{}\n", roff(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  text += options_of(command.options);
  for (const std::string_view example : command.examples) {
    text += fmt::format(".PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", roff(example));
  }
  return text;
}

}  // namespace

std::string man_page() {
  std::string text =
      fmt::format(".TH HOOKPLAN 1 \"\" \"hookplan {}\" \"User Commands\"\n", kVersion);
  text += ".SH NAME\nhookplan \\- reviewable change plans for managed webhooks\n";
  text += ".SH SYNOPSIS\n.B hookplan\n.I COMMAND\n[arguments] [options]\n";
  text +=
      ".SH DESCRIPTION\nTurns the difference between two revisions of a Prow config into a "
      "reviewable change plan for webhooks and their tokens, and carries it out.\n";
  text += ".SH COMMANDS\nIn groups, by the work that they are for.\n";
  for (const GroupSpec& group : group_table()) {
    text += fmt::format(".PP\n\\fB{}:\\fR\n", roff(group.heading));
    for (const CommandSpec& command : command_table()) {
      if (command.group == group.group) text += command_section(command);
    }
  }
  text += ".SH \"OPTIONS OF EVERY COMMAND\"\n" + options_of(common_options());
  text += ".SH ENVIRONMENT\n";
  for (const VariableSpec& variable : environment_table()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(variable.name), roff(variable.help));
  }
  text += ".SH \"EXIT STATUS\"\n";
  for (const ExitSpec& exit : exit_table()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", exit.code, roff(exit.meaning));
  }
  text +=
      ".SH FILES\n.TP\n\\fB.hookplan.yaml\\fR\nsettings, at the top of the repository; read from "
      "the older revision\n";
  return text + fmt::format(".SH BUGS\nReport mistakes at {}\n", roff(kReportPage));
}

}  // namespace hookplan
