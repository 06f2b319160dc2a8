// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cmd/command_line.h"
#include "core/base/result.h"

namespace hookplan {

// "-" stands for standard input as a word, and for standard output with --out.
inline constexpr std::string_view kStandardStream = "-";

// The bytes of the file that a word names, or of standard input, to its end and at most
// `most_bytes`. A terminal is refused: nothing here is typed by hand.
Result<std::string> read_input(const std::string& path, std::size_t most_bytes);

// What messages call it.
std::string name_of_input(const std::string& path);

// The file of --out, else `otherwise`; empty: standard output.
std::string output_of(const CommandLine& line, const std::string& otherwise = {});

// An error if bytes for programs would go to a terminal and --out does not ask for that.
Result<void> refuse_terminal(const CommandLine& line);

}  // namespace hookplan
