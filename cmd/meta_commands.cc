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

Result<int> run_help(const CommandLine& line, const Console& console) {
  const std::string name = line.words.empty() ? std::string() : line.words.front();
  const std::size_t width = page_width(console.output.width);
  if (name.empty()) return success_of(console.print(help_of_all(width)));
  if (name == "words") return success_of(console.print(help_of_words(width)));
  if (name == "settings") return success_of(console.print(help_of_settings(plugin_types())));
  const CommandSpec* const command = find_command(name);
  if (command != nullptr) return success_of(console.print(help_of(*command, width)));
  return unknown_command(name);
}

Result<int> run_version(const CommandLine& line, const Console& console) {
  if (line.get("format") == "json")
    return success_of(console.print(version_json(kVersion, plugin_types())));
  return success_of(
      console.print(fmt::format("hookplan {}\n{}", kVersion, served_types(plugin_types()))));
}

Result<int> run_man(const CommandLine& /*line*/, const Console& console) {
  return success_of(console.print(man_page()));
}

Result<int> run_completion(const CommandLine& line, const Console& console) {
  const std::string& shell = line.words.front();
  if (std::ranges::find(shell_names(), shell) == shell_names().end()) {
    return fail(Code::bad_option_value, "no completion for {}", excerpt(shell))
        .hint("one of {}", fmt::join(shell_names(), ", "));
  }
  return success_of(console.print(completion_script(shell)));
}

}  // namespace hookplan
