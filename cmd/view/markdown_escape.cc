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

// "me" in "me@example.com"
bool can_end_mailbox(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '+';
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

// The length of a word at the start of the text that GitHub takes for a commit or an issue (GH-1),
// which is found in the rendered text as well; 0 if it is none.
std::size_t reference_size(std::string_view text) {
  constexpr std::size_t kLeastHex = 7;
  std::size_t size = 0;
  while (size < text.size() && (is_alphanumeric(text[size]) || text[size] == '-')) ++size;
  const std::string word = ascii_lower(text.substr(0, size));
  const bool is_commit =
      size >= kLeastHex && word.find_first_not_of("0123456789abcdef") == std::string::npos;
  const bool is_issue = word.starts_with("gh-") && size > 3 && is_digit(word[3]);
  return is_commit || is_issue ? size : 0;
}

std::string escaped(std::string_view text, bool in_code) {
  const std::string shown = printable(text);
  std::string all;
  bool is_in_word = false;
  // Numeric entities for ASCII punctuation, because what is markup depends on the neighbours and on
  // the renderer. Left alone is what means nothing inside a line, and what is beyond ASCII.
  constexpr std::string_view kPlain = " ,;%?-/()='";
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    const std::size_t size =
        in_code || is_in_word ? 0 : reference_size(std::string_view(shown).substr(i));
    is_in_word = is_alphanumeric(c);
    if (size > 0) {
      all += fmt::format("<code>{}</code>", shown.substr(i, size));
      i += size - 1;
      continue;
    }
    const bool harmless = is_alphanumeric(c) || kPlain.find(c) != std::string_view::npos ||
                          static_cast<unsigned char>(c) >= 0x80;
    if (harmless) {
      all += c;
    } else if (!in_code && (c == '@' || c == '#')) {
      // Mentions and issue links are found in the rendered text, entities or not, but not in code.
      all += fmt::format("<code>&#{};</code>", static_cast<int>(c));
    } else {
      // GitHub reads <code> as HTML and looks for addresses in the text within, entities or not; a
      // comment keeps it from seeing both sides of the sign.
      if (c == '@' && i > 0 && can_end_mailbox(shown[i - 1])) all += "<!-- -->";
      all += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return all;
}

}  // namespace

std::string markdown_text(std::string_view text) { return escaped(text, false); }

std::string markdown_code_text(std::string_view text) { return escaped(text, true); }

std::string markdown_code(std::string_view text) {
  return fmt::format("<code>{}</code>", markdown_code_text(text));
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
