// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "core/base/result.h"

namespace hookplan {

struct CommandLine;
struct Console;

// What a shell may offer for a value.
enum class Completes { nothing, file, folder, revision, code, command };

struct OptionSpec {
  std::string_view name;   // without dashes
  std::string_view value;  // what stands for the value in the help; empty: the option takes none
  std::string_view help;
  std::span<const std::string_view> choices = {};  // the only values, if any
  Completes completes = Completes::nothing;
  bool is_secret = false;      // names the place of a secret; what is given is never repeated
  bool is_repeatable = false;  // with flags of Go only: every value counts, see CommandLine::all()
  std::string_view older_name = {};  // works, too, and no help speaks of it
};

// The letter of an option, the same in every command: `o` for --out. 0: it has none.
char letter_of(const OptionSpec& option);

// How a command line is written. `go`: as Go's flag package reads it, for what takes the place of a
// program in Go: -flag as well as --flag, --flag=false, the last one counts.
enum class FlagStyle { posix, go };

// What a command is for; the help lists commands by it.
enum class Group { review, approve, apply, live, pipeline, other, self };

struct GroupSpec {
  Group group;
  std::string_view heading;
};

struct CommandSpec {
  std::string_view name;
  Group group;
  std::string_view words;   // "[BASE [HEAD]]", as the help shows it
  std::string_view needed;  // options it does not run without: "--key SECRET", "(--a X | --b Y)"
  std::size_t most_words;
  std::size_t least_words;
  std::string_view summary;      // one line
  std::string_view description;  // paragraphs, separated by an empty line
  std::span<const OptionSpec> options;
  std::span<const std::string_view> examples;
  Completes completes;  // of the words
  Result<int> (*run)(const CommandLine&, const Console&);
  FlagStyle flags = FlagStyle::posix;
};

struct VariableSpec {
  std::string_view name;
  std::string_view help;
};

struct ExitSpec {
  int code;
  std::string_view meaning;
};

// The one table of commands and options: parser, help, man page and completion are made from it.
std::span<const CommandSpec> command_table();
const CommandSpec* find_command(std::string_view name);  // null pointer if there is none
std::span<const GroupSpec> group_table();                // every group, in the order of the help
std::span<const OptionSpec> common_options();            // of every command
std::span<const VariableSpec> environment_table();
std::span<const ExitSpec> exit_table();

}  // namespace hookplan
