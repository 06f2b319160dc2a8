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
    "echo HEAD; git for-each-ref --format='%(refname:short)' 2>/dev/null";

// A call of one of the functions below. Names from the repository are only ever compared and
// quoted: `compgen -W` would expand them, and run what is in them.
std::string bash_offer(Completes completes, const std::vector<std::string>& fixed) {
  switch (completes) {
    case Completes::file: return "_hookplan_paths -f";
    case Completes::folder: return "_hookplan_paths -d";
    case Completes::revision: return "_hookplan_revisions";
    case Completes::nothing:
    case Completes::code:
    case Completes::command: return fmt::format("_hookplan_words {}", joined(fixed));
  }
  return {};
}

std::string bash_script() {
  std::string script = R"sh(# bash completion for hookplan
_hookplan_words() {
  local word
  for word; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done
}
_hookplan_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
_hookplan_revisions() {
  local word
  while IFS= read -r word; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$(printf %q "$word")"); fi
  done < <()sh";
  script += fmt::format("{})\n}}\n", kRevisions);
  script += R"sh(_hookplan() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # bash takes `--option=value` for three words
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD == 1)); then
)sh";
  script += fmt::format("    _hookplan_words {}\n    return\n  fi\n", joined(command_names()));
  script += "  case ${COMP_WORDS[1]}:$prev in\n";
  for (const CommandSpec& command : command_table()) {
    for (const OptionSpec& option : options_of(command)) {
      if (option.value.empty()) continue;
      const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
      const char letter = letter_of(option);
      script += fmt::format("    {0}:--{1}{2}) {3}; return ;;\n", command.name, option.name,
                            letter == '\0' ? "" : fmt::format(" | {}:-{}", command.name, letter),
                            bash_offer(option.completes, choices));
    }
  }
  script += "  esac\n  case ${COMP_WORDS[1]}:$cur in\n";
  for (const CommandSpec& command : command_table()) {
    std::vector<std::string> options;
    for (const OptionSpec& option : options_of(command))
      options.push_back(fmt::format("--{}", option.name));
    script += fmt::format("    {}:-*) _hookplan_words {} ;;\n", command.name, joined(options));
    script += fmt::format("    {}:*) {} ;;\n", command.name,
                          bash_offer(command.completes, fixed_words(command)));
  }
  return script + "  esac\n}\ncomplete -F _hookplan hookplan\n";
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
    case Completes::revision: return "_hookplan_revisions";
    case Completes::nothing:
    case Completes::code:
    case Completes::command: return fmt::format("({})", joined(fixed));
  }
  return {};
}

std::string zsh_script() {
  std::string script = "#compdef hookplan\n";
  script += fmt::format("_hookplan_revisions() {{ compadd -- ${{(f)\"$({})\"}} }}\n", kRevisions);
  script += "_hookplan() {\n  local -a commands=(\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("    '{}:{}'\n", command.name, quoted(command.summary));
  }
  script +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n  words=(hookplan-$command \"${(@)words[3,-1]}\")\n"
      "  ((CURRENT--))\n  case $command in\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("    {}) _arguments", command.name);
    for (const OptionSpec& option : options_of(command)) {
      const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
      script += fmt::format(" \\\n        '--{}{}[{}]", option.name,
                            option.value.empty() ? "" : "=", quoted(option.help));
      if (!option.value.empty()) {
        script += fmt::format(":{}:{}", option.value, zsh_action(option.completes, choices));
      }
      script += "'";
    }
    if (!command.words.empty()) {
      script += fmt::format(" \\\n        '*:word:{}'",
                            zsh_action(command.completes, fixed_words(command)));
    }
    script += " ;;\n";
  }
  return script + "  esac\n}\n_hookplan \"$@\"\n";
}

std::string fish_script() {
  std::string script = "# fish completion for hookplan\ncomplete -c hookplan -f\n";
  for (const CommandSpec& command : command_table()) {
    script += fmt::format("complete -c hookplan -n __fish_use_subcommand -a {} -d '{}'\n",
                          command.name, quoted(command.summary));
    const std::string condition = fmt::format("-n '__fish_seen_subcommand_from {}'", command.name);
    for (const OptionSpec& option : options_of(command)) {
      const char letter = letter_of(option);
      script +=
          fmt::format("complete -c hookplan {} -l {}{} -d '{}'", condition, option.name,
                      letter == '\0' ? "" : fmt::format(" -s {}", letter), quoted(option.help));
      if (!option.value.empty()) script += " -r";
      if (!option.choices.empty()) {
        script += fmt::format(" -f -a '{}'", fmt::join(option.choices, " "));
      } else if (option.completes == Completes::file || option.completes == Completes::folder) {
        script += " -F";
      } else if (option.completes == Completes::revision) {
        script += fmt::format(" -f -a \"({})\"", kRevisions);
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
