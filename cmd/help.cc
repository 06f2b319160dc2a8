// SPDX-License-Identifier: Apache-2.0
#include "cmd/help.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cmd/version.h"
#include "cmd/view/styled_text.h"

namespace hookplan {
namespace {

constexpr auto kFirstExamples = std::to_array<std::string_view>({
    "hookplan plan origin/main...HEAD",
    "hookplan plan --branch main --sign ci.key --out plan.dsse",
    "hookplan apply plan.dsse --policy-at origin/main",
});

std::string options_of(std::span<const OptionSpec> options, std::size_t width) {
  constexpr std::size_t kHelpColumn = 24;
  std::string text;
  for (const OptionSpec& option : options) {
    const char letter = letter_of(option);
    const std::string head =
        fmt::format("  {}--{}{}{}", letter == '\0' ? "" : fmt::format("-{}, ", letter), option.name,
                    option.value.empty() ? "" : " ", option.value);
    const std::string help = filled(option.help, kHelpColumn, width);
    text += head;
    text += head.size() < kHelpColumn ? help.substr(head.size()) : "\n" + help;
  }
  return text;
}

}  // namespace

std::size_t page_width(std::size_t columns) {
  constexpr std::size_t kNarrowest = 40;
  return columns == 0 ? kPageWidth : std::clamp(columns, kNarrowest, kPageWidth);
}

std::string filled(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      lines += margin + line + "\n";
      line.clear();
    }
    line += line.empty() ? "" : " ";
    line += word;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return lines + margin + line + "\n";
}

std::string usage_of(const CommandSpec& command) {
  std::string usage = fmt::format("hookplan {}", command.name);
  for (const std::string_view part : {command.words, command.needed}) {
    if (!part.empty()) usage += fmt::format(" {}", part);
  }
  return command.options.empty() ? usage : usage + " [options]";
}

std::string help_of_all(std::size_t width) {
  constexpr std::size_t kSummaryColumn = 14;
  std::string text = filled(
      "hookplan turns the difference between two revisions of a Prow config into a reviewable "
      "change plan for webhooks and their tokens.",
      0, width);
  text += "\nExamples:\n";
  for (const std::string_view example : kFirstExamples)
    text += wrapped_command(example, 2, {.width = width});
  text += "\nUsage: hookplan COMMAND [arguments] [options]\n";
  for (const GroupSpec& group : group_table()) {
    text += fmt::format("\n{}\n", group.heading);
    for (const CommandSpec& command : command_table()) {
      if (command.group != group.group) continue;
      text += fmt::format("  {:<11} {}", command.name,
                          filled(command.summary, kSummaryColumn, width).substr(kSummaryColumn));
    }
  }
  text += "\n" + filled(
                     "hookplan help COMMAND explains a command; hookplan man prints the manual, "
                     "with all exit codes and variables.",
                     0, width);
  return text + filled(fmt::format("Report mistakes at {}", kReportPage), 0, width);
}

std::string help_of(const CommandSpec& command, std::size_t width) {
  std::string text = filled(fmt::format("Usage: {}", usage_of(command)), 0, width) + "\n" +
                     filled(command.summary, 0, width) + "\n";
  if (!command.examples.empty()) text += "Examples:\n";
  for (const std::string_view example : command.examples)
    text += wrapped_command(example, 2, {.width = width});
  if (!command.examples.empty()) text += "\n";
  for (std::string_view rest = command.description; !rest.empty();) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    text += filled(rest.substr(0, end), 0, width) + "\n";
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return text + "Options:\n" + options_of(command.options, width) +
         options_of(common_options(), width);
}

}  // namespace hookplan
