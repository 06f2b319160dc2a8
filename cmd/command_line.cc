// SPDX-License-Identifier: Apache-2.0
#include "cmd/command_line.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/program_options.hpp>

#include "cmd/hmac/go_flags.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

namespace po = boost::program_options;

constexpr const char* kWords = "words";

std::string help_for(const CommandSpec& command) {
  return fmt::format("hookplan help {}", command.name);
}

template <typename Visit>
void for_each_option(const CommandSpec& command, Visit visit) {
  for (const OptionSpec& option : command.options) visit(option);
  for (const OptionSpec& option : common_options()) visit(option);
}

po::options_description description_of(const CommandSpec& command) {
  po::options_description description;
  for_each_option(command, [&](const OptionSpec& option) {
    std::string name(option.name);
    if (const char letter = letter_of(option); letter != '\0') name += fmt::format(",{}", letter);
    const auto add = [&](const std::string& each) {
      if (option.value.empty()) {
        description.add_options()(each.c_str(), "");
      } else {
        description.add_options()(each.c_str(), po::value<std::string>(), "");
      }
    };
    add(name);
    if (!option.older_name.empty()) add(std::string(option.older_name));
  });
  description.add_options()(kWords, po::value<std::vector<std::string>>(), "");
  return description;
}

Error unknown_option(const CommandSpec& command, const std::string& given) {
  std::vector<std::string_view> names;
  for_each_option(command, [&](const OptionSpec& option) { names.push_back(option.name); });
  std::string_view word = given;
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  word = word.substr(0, word.find('='));
  std::string_view near = nearest(word, names);
  const auto longer = std::ranges::find_if(
      names, [&](std::string_view name) { return !word.empty() && name.starts_with(word); });
  if (longer != names.end()) near = *longer;
  // Only the name is repeated: what follows may be a secret, or even be one (`-----BEGIN`).
  constexpr std::size_t kMaxName = 40;
  const std::size_t end = given.starts_with("--") ? given.find_first_of("= \t\r\n") : 2;
  const std::string_view name = std::string_view(given).substr(0, std::min(end, kMaxName));
  return fail(Code::unknown_option, "{} has no option {}", command.name, excerpt(name))
      .hint(near.empty() ? help_for(command)
                         : fmt::format("did you mean --{}? {}", near, help_for(command)));
}

Error syntax_error(const CommandSpec& command, const po::invalid_command_line_syntax& error) {
  const std::string option = excerpt(error.get_option_name());
  const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
  return fail(Code::bad_option_value, extra ? fmt::format("{} takes no value", option)
                                            : fmt::format("{} needs a value", option))
      .hint(help_for(command));
}

Result<void> check_choices(const CommandLine& line) {
  std::optional<Error> error;
  for_each_option(*line.command, [&](const OptionSpec& option) {
    if (error || option.value.empty() || !line.has(option.name)) return;
    const std::string value = line.get(option.name);
    const bool known =
        option.choices.empty() || std::ranges::find(option.choices, value) != option.choices.end();
    // A key in PEM begins with dashes, too; whoever reads secrets answers without repeating it.
    const bool is_option = value.starts_with("--") && !option.is_secret;
    if (known && !value.empty() && !is_option) return;
    error = fail(Code::bad_option_value,
                 value.empty() || is_option
                     ? fmt::format("--{} needs a value", option.name)
                     : fmt::format("--{} cannot be {}", option.name, excerpt(value)))
                .hint(option.choices.empty()
                          ? help_for(*line.command)
                          : fmt::format("one of {}", fmt::join(option.choices, ", ")));
  });
  if (error) return std::move(*error);
  return {};
}

Result<void> check_words(const CommandLine& line) {
  const CommandSpec& command = *line.command;
  if (line.words.size() > command.most_words) {
    // It may be a secret that lost its option.
    const bool may_be_secret = std::ranges::any_of(command.options, &OptionSpec::is_secret);
    return fail(Code::stray_word, "{} takes {}, {} is too many", command.name,
                command.words.empty() ? "no words" : command.words,
                may_be_secret ? "another one" : excerpt(line.words[command.most_words]))
        .hint(help_for(command));
  }
  if (line.words.size() < command.least_words) {
    return fail(Code::stray_word, "{} needs {}", command.name, command.words)
        .hint(help_for(command));
  }
  for (const std::string& word : line.words) {
    if (word.empty()) {
      return fail(Code::stray_word, "an empty word for {}", command.words)
          .hint("is a variable of the script unset?");
    }
  }
  return {};
}

// One option under two names is one value, whichever name was typed.
Result<void> join_names(CommandLine& line) {
  if (line.has("json") && line.get("format", "json") != "json") {
    return fail(Code::bad_option_value, "--json and --format {} at once",
                excerpt(line.get("format")))
        .hint("give one of them");
  }
  if (line.has("json")) line.values["format"] = "json";
  std::optional<Error> error;
  for_each_option(*line.command, [&](const OptionSpec& option) {
    const std::string older(option.older_name);
    if (older.empty() || !(line.has(older) || line.has(option.name))) return;
    if (line.has(older) && line.has(option.name)) {
      error = fail(Code::bad_option_value, "--{} and --{} are the same option", option.name, older)
                  .hint("give it once");
      return;
    }
    const std::string value = line.get(option.name, line.get(older));
    line.values[older] = value;
    line.values[std::string(option.name)] = value;
  });
  if (error) return std::move(*error);
  return {};
}

// `-out FILE` would be -o with the value `ut`, and write a file of that name.
Result<void> check_hyphens(const CommandSpec& command, std::string_view argument) {
  if (argument.size() <= 2 || argument[0] != '-' || argument[1] == '-') return {};
  const std::string_view name = argument.substr(1, argument.find('=') - 1);
  bool is_option = false;
  for_each_option(command, [&](const OptionSpec& option) { is_option |= option.name == name; });
  if (!is_option) return {};
  return fail(Code::unknown_option, "{} has no option -{}", command.name, name)
      .hint("two hyphens: --{}", name);
}

Result<CommandLine> parse_for(const CommandSpec& command,
                              const std::vector<std::string>& arguments) {
  const po::options_description description = description_of(command);
  po::positional_options_description words;
  words.add(kWords, -1);
  // Guessing would let `--conf` mean --config-path today and something else tomorrow.
  constexpr int kStyle =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  CommandLine line;
  line.command = &command;
  // Boost takes `--=x` for the word x.
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (argument.starts_with("--=")) return unknown_option(command, argument);
    TRY_VOID(check_hyphens(command, argument));
  }
  try {
    po::variables_map values;
    po::store(po::command_line_parser(arguments)
                  .options(description)
                  .positional(words)
                  .style(kStyle)
                  .run(),
              values);
    for (const auto& [name, value] : values) {
      if (name == kWords) {
        line.words = value.as<std::vector<std::string>>();
      } else {
        line.values[name] =
            value.value().type() == typeid(std::string) ? value.as<std::string>() : "";
      }
    }
  } catch (const po::unknown_option& error) {
    return unknown_option(command, error.get_option_name());
  } catch (const po::multiple_occurrences& error) {
    return fail(Code::bad_option_value, "{} is given twice", excerpt(error.get_option_name()))
        .hint("give it once");
  } catch (const po::invalid_command_line_syntax& error) {
    return syntax_error(command, error);
  } catch (const po::error_with_option_name& error) {
    return fail(Code::bad_option_value, excerpt(error.what())).hint(help_for(command));
  } catch (const po::error& error) {
    return fail(Code::bad_option_value, excerpt(error.what())).hint(help_for(command));
  }
  if (line.has("help")) return line;
  TRY_VOID(join_names(line));
  TRY_VOID(check_choices(line));
  TRY_VOID(check_words(line));
  return line;
}

// A word that may have been meant as a command, and not a secret that was pasted in its place.
bool looks_like_command(std::string_view name) {
  constexpr std::size_t kLongest = 20;
  return name.size() <= kLongest &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") ==
             std::string_view::npos;
}

}  // namespace

std::string CommandLine::get(std::string_view option, std::string_view otherwise) const {
  const auto found = values.find(option);
  return found == values.end() ? std::string(otherwise) : found->second;
}

std::vector<std::string> CommandLine::all(std::string_view option) const {
  const auto found = lists.find(option);
  return found == lists.end() ? std::vector<std::string>() : found->second;
}

std::string typed_again(const CommandLine& line) {
  std::string text = fmt::format("hookplan {}", line.command->name);
  for (const std::string& word : line.words) text += " " + shell_word(word);
  for (const OptionSpec& option : line.command->options) {
    if (!line.has(option.name)) continue;
    text += fmt::format(" --{}", option.name);
    if (option.is_secret) {
      text += " ...";
    } else if (!option.value.empty()) {
      text += " " + shell_word(line.get(option.name));
    }
  }
  return text;
}

Error unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CommandSpec& known : command_table()) names.push_back(known.name);
  const std::string_view near = nearest(name, names);
  const std::string shown = looks_like_command(name)
                                ? fmt::format("no command is called {}", excerpt(name))
                                : std::string("the first word is not a command");
  return fail(Code::unknown_command, shown)
      .hint(near.empty() ? std::string("hookplan help lists the commands")
                         : fmt::format("did you mean {}?", near));
}

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments) {
  std::string name = arguments.empty() ? "help" : arguments.front();
  if (name == "--help" || name == "-h") name = "help";
  if (name == "--version" || name == "-V") name = "version";
  const CommandSpec* const command = find_command(name);
  if (command == nullptr) {
    if (name.starts_with("-")) {
      return fail(Code::unknown_option, "{} before the name of a command",
                  looks_like_command(name) ? excerpt(name) : std::string("an option"))
          .hint("options come after the command: hookplan help");
    }
    return unknown_command(name);
  }
  const auto rest = arguments.empty() ? arguments.end() : arguments.begin() + 1;
  const std::vector<std::string> words(rest, arguments.end());
  return command->flags == FlagStyle::go ? parse_go_flags(*command, words)
                                         : parse_for(*command, words);
}

}  // namespace hookplan
