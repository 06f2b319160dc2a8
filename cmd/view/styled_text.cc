// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/styled_text.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

std::string painted(std::string_view text, Colour colour, const TextStyle& style) {
  if (!style.colour) return std::string(text);
  const auto code = [&] {
    switch (colour) {
      case Colour::red: return "31";
      case Colour::yellow: return "33";
      case Colour::green: return "32";
      case Colour::cyan: return "36";
      case Colour::dim: return "2";
      case Colour::bold: return "1";
    }
    throw std::logic_error("no such colour");
  }();
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t shown = display_width(text);
  return std::string(text) + std::string(shown < width ? width - shown : 0, ' ');
}

std::string wrapped(std::string_view text, std::size_t indent, const TextStyle& style) {
  const std::string margin(indent, ' ');
  if (style.width <= indent + 20) return margin + std::string(text) + "\n";
  std::string lines;
  std::string line;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    if (!line.empty() && indent + display_width(line) + 1 + display_width(word) > style.width) {
      lines += margin + line + "\n";
      line.clear();
    }
    if (!line.empty() && !word.empty()) line += ' ';
    line += word;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return lines + margin + line + "\n";
}

std::string wrapped_command(std::string_view command, std::size_t indent, const TextStyle& style) {
  const std::string margin(indent, ' ');
  constexpr std::string_view kJoin = " \\\n";
  if (style.width <= indent + 20) return margin + std::string(command) + "\n";
  std::string lines;
  std::string line;
  std::string word;
  char quote = '\0';
  const auto end_word = [&] {
    const std::size_t needed = display_width(line) + 1 + display_width(word) + kJoin.size() - 1;
    if (!line.empty() && indent + needed > style.width) {
      lines += margin + line + std::string(kJoin);
      line = "    ";  // belongs to the line above
    } else if (!line.empty()) {
      line += ' ';
    }
    line += std::exchange(word, {});
  };
  for (const char c : command) {
    if (c == '\'' || c == '"') quote = quote == '\0' ? c : quote == c ? '\0' : quote;
    if (c == ' ' && quote == '\0') {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return lines + margin + line + "\n";
}

std::string labelled(std::string_view label, Colour colour, std::string_view text,
                     const TextStyle& style) {
  constexpr std::size_t kIndent = 10;
  const bool is_one_word = text.find(' ') == std::string_view::npos;
  if (is_one_word && style.width != 0 && kIndent + display_width(text) > style.width)
    return fmt::format("{}  {}\n", painted(label, colour, style), text);
  return painted(padded(label, kIndent), colour, style) +
         wrapped(text, kIndent, style).substr(kIndent);
}

}  // namespace hookplan
