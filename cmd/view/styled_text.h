// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookplan {

// How much of a commit, a digest or a key id people get to see.
inline constexpr std::size_t kShortId = 12;

// Text for a terminal or a log; the pieces that all views are made of.
struct TextStyle {
  bool colour = false;    // ANSI colours; they only repeat what signs and words say
  std::size_t width = 0;  // columns of the terminal; 0: as long as need be
  bool complete = false;  // lists everything, also where most of it is alike
};

enum class Colour { red, yellow, green, cyan, dim, bold };

std::string painted(std::string_view text, Colour colour, const TextStyle& style);

// With spaces at the end up to `width` columns.
std::string padded(std::string_view text, std::size_t width);

// Broken at spaces so that no line is wider than the terminal, each after `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent, const TextStyle& style);

// A command to be copied: broken between its words only, with the backslash that joins the lines.
std::string wrapped_command(std::string_view command, std::size_t indent, const TextStyle& style);

// A coloured word in a column of ten, and the text beside it; a single word that would not fit
// there comes nearer.
std::string labelled(std::string_view label, Colour colour, std::string_view text,
                     const TextStyle& style);

}  // namespace hookplan
