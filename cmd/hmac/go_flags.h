// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/command_line.h"
#include "core/base/result.h"

namespace hookplan {

// Reads the words after the command's name as Go's flag package does, so that the arguments of a
// job for a program in Go mean here what they mean there:
// - one dash or two, `--flag=value` or `--flag value`; the next word is the value whatever it looks
//   like;
// - a flag without a value is a boolean: alone it is true, another value only with `=`. It becomes
//   "true" or "false" in the result;
// - a flag given twice counts the last time, but for those that are repeatable.
//
// Other than Go, words that are no flags are refused: Go stops reading there and drops what comes
// after, so `--dry-run false` means a dry run without any other flag.
//
// Kind `usage`; no value of a flag that is not known is repeated.
Result<CommandLine> parse_go_flags(const CommandSpec& command,
                                   const std::vector<std::string>& arguments);

// What strconv.ParseBool takes: 1, t, T, true, True, TRUE and the same of false.
std::optional<bool> go_boolean(std::string_view text);

// What time.ParseDuration takes, to the nanosecond: "2m", "1h30m", "1.5s", "0". Nothing for other
// texts, and for what does not fit.
std::optional<std::chrono::nanoseconds> go_duration(std::string_view text);

}  // namespace hookplan
