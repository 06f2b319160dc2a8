// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cmd/command_table.h"

namespace hookplan {

inline constexpr std::size_t kPageWidth = 80;  // wider lines are hard to read

// How wide help is on an output of that many columns; 0: not a terminal.
std::size_t page_width(std::size_t columns);

std::string help_of_all(std::size_t width = kPageWidth);
std::string help_of(const CommandSpec& command, std::size_t width = kPageWidth);
// "hookplan approve PLAN --key SECRET [options]": the words and options it does not run without.
std::string usage_of(const CommandSpec& command);
std::string help_of_words(std::size_t width = kPageWidth);  // what the words of hookplan mean
std::string man_page();
// REQUIRES: shell is one of shell_names().
std::string completion_script(std::string_view shell);
std::span<const std::string_view> shell_names();

// The text in lines of at most `width` columns, each after `indent` spaces.
std::string filled(std::string_view text, std::size_t indent, std::size_t width = kPageWidth);

}  // namespace hookplan
