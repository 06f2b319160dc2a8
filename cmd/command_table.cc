// SPDX-License-Identifier: Apache-2.0
#include "cmd/command_table.h"

#include <algorithm>
#include <array>

#include "cmd/commands.h"
#include "cmd/exit_code.h"

namespace hookplan {
namespace {

using Names = std::string_view;

constexpr std::array<Names, 3> kFormats = {"text", "markdown", "json"};
constexpr std::array<Names, 2> kCheckFormats = {"text", "json"};
constexpr std::array<Names, 3> kColors = {"auto", "always", "never"};
constexpr std::array<Names, 3> kShells = {"bash", "zsh", "fish"};
constexpr std::array<Names, 3> kKinds = {"auto", "config", "settings"};

constexpr auto kCommonOptions = std::to_array<OptionSpec>({
    {"color", "WHEN", "colour the output: auto (on a terminal), always, never", kColors},
    {"help", "", "explain the command and do nothing else"},
});

constexpr auto kPlanOptions = std::to_array<OptionSpec>({
    {"repo",
     "DIR",
     "the repository, or a folder inside it (default: the working directory)",
     {},
     Completes::folder},
    {"config-path", "PATH", "the Prow config, from the top of the repository", {}, Completes::file},
    {"format", "FORMAT", "text, markdown (for a pull request comment) or json (a stored plan)",
     kFormats},
    {"out", "FILE", "write the result to FILE instead of standard output", {}, Completes::file},
    {"exit-code", "", "exit with 2 if there are changes"},
    {"timeout", "SECONDS", "give up after this time (default: 60)"},
});
constexpr auto kPlanExamples = std::to_array<Names>({
    "hookplan plan",
    "hookplan plan main my-branch",
    "hookplan plan --format json --out plan.json",
    "hookplan plan --repo ~/config --config-path prow/config.yaml",
});

constexpr auto kCheckOptions = std::to_array<OptionSpec>({
    {"as", "KIND", "what the file is: auto (by its name), config or settings", kKinds},
    {"format", "FORMAT", "text or json", kCheckFormats},
});
constexpr auto kCheckExamples = std::to_array<Names>({
    "hookplan check config/prow/config.yaml",
    "hookplan check .hookplan.yaml",
});

constexpr auto kShowOptions = std::to_array<OptionSpec>({
    {"format", "FORMAT", "text, markdown or json", kFormats},
});
constexpr auto kShowExamples = std::to_array<Names>({"hookplan show plan.json --format markdown"});
constexpr auto kExplainExamples = std::to_array<Names>({"hookplan explain HP1108"});
constexpr auto kCompletionExamples =
    std::to_array<Names>({"hookplan completion bash > /etc/bash_completion.d/hookplan"});
constexpr auto kManExamples = std::to_array<Names>({"hookplan man | man -l -"});

constexpr auto kCommands = std::to_array<CommandSpec>({
    {"plan", "[BASE [HEAD]]", 2, 0, "compare two revisions and print the change plan",
     "Reads the Prow config at two revisions from git objects, never from the work tree, compares "
     "what managed_webhooks means at both, and prints what will be done: entries that are "
     "onboarded, "
     "rotated, removed or rerouted, settings that change, and what speaks against it.\n\n"
     "HEAD is the newer revision (default: HEAD), BASE the older one (default: the first parent of "
     "HEAD). The config is the one named by --config-path, else by `config:` in .hookplan.yaml of "
     "the "
     "base, else the one usual place that holds managed_webhooks; the output says which rule was "
     "used. "
     "Guards are those of the base, so that a change cannot relax its own.\n\n"
     "Needs no network and no secret, and writes nothing but --out.",
     kPlanOptions, kPlanExamples, Completes::revision, run_plan},
    {"check", "[PATH...]", 1000, 0,
     "validate config or settings files, for instance before a commit",
     "Reads each file as it is now and says what is wrong with it: all that plan would refuse or "
     "warn "
     "about, short of what only a comparison shows. Without PATH it looks for the config in the "
     "usual "
     "places and for .hookplan.yaml, from the working directory.",
     kCheckOptions, kCheckExamples, Completes::file, run_check},
    {"show", "FILE", 1, 1, "print a stored plan in any format",
     "Reads a plan that was stored with `hookplan plan --format json --out FILE`, checks that its "
     "digests fit what it asks for, and prints it. Words, places, findings and provenance are not "
     "covered by these digests, and nothing is verified about who made the plan.",
     kShowOptions, kShowExamples, Completes::file, run_show},
    {"explain",
     "[CODE]",
     1,
     0,
     "say what a diagnostic code means and what to do",
     "Without CODE it lists all of them.",
     {},
     kExplainExamples,
     Completes::code,
     run_explain},
    {"completion",
     "SHELL",
     1,
     1,
     "print the completion script for bash, zsh or fish",
     "The script knows every command, option and value of this version.",
     {},
     kCompletionExamples,
     Completes::nothing,
     run_completion},
    {"man",
     "",
     0,
     0,
     "print the manual page in roff",
     "The page is made from the same table as the help.",
     {},
     kManExamples,
     Completes::nothing,
     run_man},
    {"help",
     "[COMMAND]",
     1,
     0,
     "explain a command, or list all of them",
     "",
     {},
     {},
     Completes::command,
     run_help},
    {"version", "", 0, 0, "print the version", "", {}, {}, Completes::nothing, run_version},
});

constexpr auto kEnvironment = std::to_array<VariableSpec>({
    {"NO_COLOR", "if not empty, no colour unless --color always"},
    {"CLICOLOR_FORCE, FORCE_COLOR",
     "if neither empty nor 0, colour also where there is no terminal"},
    {"TERM", "`dumb` means no colour"},
    {"COLUMNS", "the width of the terminal"},
    {"SOURCE_DATE_EPOCH",
     "seconds since 1970 to take for the current time, for reproducible output"},
});

constexpr auto kExits = std::to_array<ExitSpec>({
    {kSuccess, "success, with or without changes"},
    {kInternalError, "a mistake in hookplan itself"},
    {kChangesPresent, "there are changes, with --exit-code only"},
    {kBlocked, "a guard blocks the plan; the plan is printed all the same"},
    {kAltered, "a stored plan was altered"},
    {kConfigInvalid,
     "the config or the settings file is invalid; where a plan can be made it is printed"},
    {kDeadline, "the time of --timeout has passed"},
    {kUsage, "the command line is wrong"},
    {kPlanUnreadable, "a file is not a stored plan"},
    {kInputMissing, "the repository, a revision or a file cannot be read"},
    {kCannotWrite, "the result cannot be written"},
});

}  // namespace

std::span<const CommandSpec> command_table() { return kCommands; }

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &CommandSpec::name);
  return found == kCommands.end() ? nullptr : &*found;
}

std::span<const OptionSpec> common_options() { return kCommonOptions; }
std::span<const VariableSpec> environment_table() { return kEnvironment; }
std::span<const ExitSpec> exit_table() { return kExits; }

std::span<const std::string_view> shell_names() { return kShells; }

}  // namespace hookplan
