// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <fmt/format.h>

#include "cmd/help.h"
#include "core/base/code.h"

namespace hookplan {
namespace {

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : command_table()) names.emplace_back(command.name);
  return names;
}

std::vector<OptionSpec> options_of(const CommandSpec& command) {
  std::vector<OptionSpec> options(command.options.begin(), command.options.end());
  options.insert(options.end(), common_options().begin(), common_options().end());
  return options;
}

// The words a command takes, where they are a fixed list.
std::vector<std::string> fixed_words(const CommandSpec& command) {
  std::vector<std::string> words;
  if (command.name == "completion") {
    for (const std::string_view shell : shell_names()) words.emplace_back(shell);
  } else if (command.completes == Completes::command) {
    words = command_names();
  } else if (command.completes == Completes::code) {
    for (const CodeEntry& entry : catalog()) words.push_back(to_string(entry.code));
  }
  return words;
}

constexpr std::string_view kRevisions =
    "git for-each-ref --format='%(refname:short)' 2>/dev/null; echo HEAD";

std::string bash_words(Completes completes, const std::vector<std::string>& fixed) {
  switch (completes) {
    case Completes::file: return "$(compgen -f -- \"$cur\")";
    case Completes::folder: return "$(compgen -d -- \"$cur\")";
    case Completes::revision: return fmt::format("$({})", kRevisions);
    case Completes::nothing:
    case Completes::code:
    case Completes::command: return joined(fixed);
  }
  return {};
}

std::string bash_script() {
  std::string script =
      "# bash completion for hookplan\n_hookplan() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n";
  script +=
      fmt::format("    mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$cur\")\n    return\n  fi\n",
                  joined(command_names()));
  script += "  case ${COMP_WORDS[1]}:$prev in\n";
  for (const CommandSpec& command : command_table()) {
    for (const OptionSpec& option : options_of(command)) {
      if (option.value.empty()) continue;
      const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
      script += fmt::format("    {}:--{}) words=\"{}\" ;;\n", command.name, option.name,
                            bash_words(option.completes, choices));
    }
  }
  script += "    *)\n      case ${COMP_WORDS[1]} in\n";
  for (const CommandSpec& command : command_table()) {
    std::vector<std::string> options;
    for (const OptionSpec& option : options_of(command))
      options.push_back(fmt::format("--{}", option.name));
    script += fmt::format(
        "        {}) if [[ $cur == -* ]]; then words='{}'; else words=\"{}\"; fi ;;\n",
        command.name, joined(options), bash_words(command.completes, fixed_words(command)));
  }
  return script +
         "      esac ;;\n  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
         "complete -o filenames -F _hookplan hookplan\n";
}

// Inside single quotes of zsh and fish.
std::string quoted(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      safe += '\\';
      safe += c;
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string zsh_action(Completes completes, const std::vector<std::string>& fixed) {
  switch (completes) {
    case Completes::file: return "_files";
    case Completes::folder: return "_files -/";
    case Completes::revision: return fmt::format("compadd -- ${{(f)\"$({})\"}}", kRevisions);
    case Completes::nothing:
    case Completes::code:
    case Completes::command: return fmt::format("({})", joined(fixed));
  }
  return {};
}

std::string zsh_script() {
  std::string script = "#compdef hookplan\n_hookplan() {\n  local -a commands=(\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("    '{}:{}'\n", command.name, quoted(command.summary));
  }
  script +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n  words=(hookplan-$command ${words[3,-1]})\n"
      "  ((CURRENT--))\n  case $command in\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("    {}) _arguments", command.name);
    for (const OptionSpec& option : options_of(command)) {
      const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
      script += fmt::format(" \\\n        '--{}[{}]", option.name, quoted(option.help));
      if (!option.value.empty()) {
        script +=
            fmt::format(":{}:{}", option.value, quoted(zsh_action(option.completes, choices)));
      }
      script += "'";
    }
    if (!command.words.empty()) {
      script += fmt::format(
          " \\\n        '*:word:{}'",
          zsh_action(command.completes, fixed_words(command)).find('\'') == std::string::npos
              ? zsh_action(command.completes, fixed_words(command))
              : std::string("_hookplan_revisions"));
    }
    script += " ;;\n";
  }
  script += "  esac\n}\n";
  script += fmt::format("_hookplan_revisions() {{ compadd -- ${{(f)\"$({})\"}} }}\n", kRevisions);
  return script + "_hookplan \"$@\"\n";
}

std::string fish_script() {
  std::string script = "# fish completion for hookplan\ncomplete -c hookplan -f\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("complete -c hookplan -n __fish_use_subcommand -a {} -d '{}'\n",
                          command.name, quoted(command.summary));
    const std::string condition = fmt::format("-n '__fish_seen_subcommand_from {}'", command.name);
    for (const OptionSpec& option : options_of(command)) {
      script += fmt::format("complete -c hookplan {} -l {} -d '{}'", condition, option.name,
                            quoted(option.help));
      if (!option.value.empty()) script += " -r";
      if (!option.choices.empty()) {
        script += fmt::format(" -f -a '{}'", fmt::join(option.choices, " "));
      } else if (option.completes == Completes::file || option.completes == Completes::folder) {
        script += " -F";
      }
      script += "\n";
    }
    const std::vector<std::string> fixed = fixed_words(command);
    if (!fixed.empty()) {
      script += fmt::format("complete -c hookplan {} -a '{}'\n", condition, joined(fixed));
    } else if (command.completes == Completes::revision) {
      script += fmt::format("complete -c hookplan {} -a \"({})\"\n", condition, kRevisions);
    } else if (command.completes == Completes::file) {
      script += fmt::format("complete -c hookplan {} -F\n", condition);
    }
  }
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  return fish_script();
}

}  // namespace hookplan
