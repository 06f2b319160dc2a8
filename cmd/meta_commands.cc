// SPDX-License-Identifier: Apache-2.0
// The commands that speak about hookplan itself.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "cmd/settings_help.h"
#include "cmd/version.h"
#include "core/base/text.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

int print(std::string_view text, const CommandLine& line, const Console& console) {
  const Result<void> printed = console.print(text);
  return printed ? kSuccess : report(printed.error(), &line, console);
}

}  // namespace

int run_help(const CommandLine& line, Console& console) {
  if (line.words.empty()) return print(help_of_all(), line, console);
  const std::string& name = line.words.front();
  if (name == "settings") return print(help_of_settings(plugin_types()), line, console);
  const CommandSpec* const command = find_command(name);
  if (command != nullptr) return print(help_of(*command), line, console);
  return report(unknown_command(name), &line, console);
}

int run_version(const CommandLine& line, Console& console) {
  return print(fmt::format("hookplan {}\n{}", kVersion, served_types(plugin_types())), line,
               console);
}

int run_man(const CommandLine& line, Console& console) { return print(man_page(), line, console); }

int run_completion(const CommandLine& line, Console& console) {
  const std::string& shell = line.words.front();
  if (std::ranges::find(shell_names(), shell) == shell_names().end()) {
    return report(fail(Code::bad_option_value, "no completion for {}", excerpt(shell))
                      .hint("one of {}", fmt::join(shell_names(), ", ")),
                  &line, console);
  }
  return print(completion_script(shell), line, console);
}

}  // namespace hookplan
