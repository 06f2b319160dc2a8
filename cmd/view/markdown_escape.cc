// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/markdown_escape.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string percent_encoded(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    if (is_alphanumeric(c) || c == '/' || c == '-' || c == '_' || c == '.') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// "owner/name", of characters that need no escape in a URL.
bool is_plain_repository(std::string_view text) {
  return std::ranges::count(text, '/') == 1 && std::ranges::all_of(text, [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '/';
         });
}

// "https://github.com/owner/name" for the ways a remote on github.com is written; otherwise empty.
std::string browsable(std::string_view repository) {
  std::string_view rest = repository;
  for (const std::string_view prefix :
       {"https://github.com/", "ssh://git@github.com/", "ssh://github.com/", "git@github.com:"}) {
    if (!rest.starts_with(prefix)) continue;
    rest.remove_prefix(prefix.size());
    if (rest.ends_with("/")) rest.remove_suffix(1);
    if (rest.ends_with(".git")) rest.remove_suffix(4);
    if (!name_problem(rest).empty() || !is_plain_repository(rest)) return {};
    return fmt::format("https://github.com/{}", rest);
  }
  return {};
}

std::string escaped(std::string_view text, bool in_code) {
  const std::string shown = printable(text);
  std::string all;
  // Numeric entities for ASCII punctuation, because what is markup depends on the neighbours and on
  // the renderer. Left alone is what means nothing inside a line, and what is beyond ASCII.
  constexpr std::string_view kPlain = " ,;%?-/()='";
  for (const char c : shown) {
    const bool harmless = is_alphanumeric(c) || kPlain.find(c) != std::string_view::npos ||
                          static_cast<unsigned char>(c) >= 0x80;
    if (harmless) {
      all += c;
    } else if (!in_code && (c == '@' || c == '#')) {
      // Mentions and issue links are found in the rendered text, entities or not, but not in code.
      all += fmt::format("<code>&#{};</code>", static_cast<int>(c));
    } else {
      all += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return all;
}

}  // namespace

std::string markdown_text(std::string_view text) { return escaped(text, false); }

std::string markdown_code(std::string_view text) {
  return fmt::format("<code>{}</code>", escaped(text, true));
}

std::string markdown_source_link(std::string_view label, std::string_view repository,
                                 std::string_view commit, std::string_view path, LineRange lines) {
  const std::string base = browsable(repository);
  const bool known = commit.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (base.empty() || commit.empty() || !known || lines.line == 0) return std::string(label);
  const std::string range = lines.end_line > lines.line
                                ? fmt::format("#L{}-L{}", lines.line, lines.end_line)
                                : fmt::format("#L{}", lines.line);
  return fmt::format("[{}]({}/blob/{}/{}{})", label, base, commit, percent_encoded(path), range);
}

}  // namespace hookplan
