// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/token_warnings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// What tools put around a name where a value belongs, or around an encrypted value.
constexpr auto kBrackets =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"${", "}"},
                                                                  {"$(", ")"},
                                                                  {"{{", "}}"},
                                                                  {"<", ">"},
                                                                  {"ENC[", "]"},
                                                                  {"%(", ")s"},
                                                                  {"__", "__"}});
constexpr std::array<std::string_view, 6> kWords = {"redacted",    "changeme", "replaceme",
                                                    "placeholder", "secret",   "todo"};
constexpr std::array<std::string_view, 4> kReferences = {"vault:", "op://", "secretref:", "ref+"};

bool is_placeholder(std::string_view value) {
  const std::string lower = ascii_lower(value);
  const auto is_one = [&](const auto& brackets) {
    return value.size() > brackets.first.size() + brackets.second.size() &&
           value.starts_with(brackets.first) && value.ends_with(brackets.second);
  };
  if (std::ranges::any_of(kBrackets, is_one)) return true;
  if (std::ranges::find(kWords, lower) != kWords.end()) return true;
  if (std::ranges::any_of(kReferences,
                          [&](std::string_view start) { return lower.starts_with(start); }))
    return true;
  // One character again and again: a mask. Letters beyond ASCII count by their bytes.
  const std::size_t unit = std::max<std::size_t>(decode_utf8(value).size, 1);
  return value.size() >= 3 * unit &&
         std::ranges::equal(value.substr(unit), value.substr(0, value.size() - unit));
}

// Where a comment begins in a line of a document that says nothing in more lines than one; npos if
// nowhere.
std::size_t comment_in(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool after_blank = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
    if (quote != '\0') {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '#' && after_blank) {
      return i;
    } else if ((c == '"' || c == '\'') &&
               (after_blank ||
                std::string_view("[{,:").find(line[i - 1]) != std::string_view::npos)) {
      quote = c;
    }
  }
  return std::string_view::npos;
}

Diagnostic comment_at(std::string_view name, std::uint32_t line, std::size_t more,
                      bool is_behind_value) {
  const std::string others = more == 0 ? "" : fmt::format(", and in {} more", more);
  return fail(Code::token_comment_lost, "{}: {} in line {}{}", name,
              is_behind_value
                  ? "what follows ` #` is a comment, also if it was meant as a part of the token,"
                  : "comments are lost when it is written, as",
              line, others)
      .first();
}

void add_comments(std::string_view document, std::string_view name, std::vector<Diagnostic>& all) {
  std::array<std::uint32_t, 2> first = {};  // lines of comments alone, and behind values
  std::array<std::size_t, 2> number = {};
  std::uint32_t line_number = 0;
  while (!document.empty()) {
    const std::size_t end = std::min(document.find('\n'), document.size());
    const std::string_view line = document.substr(0, end);
    document.remove_prefix(std::min(end + 1, document.size()));
    ++line_number;
    const std::size_t at = comment_in(line);
    if (at == std::string_view::npos) continue;
    const bool is_behind = line.substr(0, at).find_first_not_of(" \t") != std::string_view::npos;
    if (number[is_behind ? 1 : 0]++ == 0) first[is_behind ? 1 : 0] = line_number;
  }
  for (const std::size_t kind : {0U, 1U}) {
    if (number[kind] > 0) all.push_back(comment_at(name, first[kind], number[kind] - 1, kind == 1));
  }
}

}  // namespace

std::vector<Diagnostic> warnings_of(std::string_view document, const TokenMap& tokens,
                                    std::string_view name) {
  std::vector<Diagnostic> all;
  for (const auto& [entry, list] : tokens) {
    if (std::ranges::any_of(list, protects_nothing)) {
      all.push_back(fail(Code::token_protects_nothing, "{}: a token of {} is empty or blank", name,
                         excerpt(entry))
                        .entry(entry)
                        .first());
    }
    const bool is_odd = std::ranges::any_of(
        list, [](const Token& token) { return token.value.reveal(is_placeholder); });
    if (!is_odd) continue;
    all.push_back(fail(Code::token_is_placeholder, "{}: a token of {} looks like a placeholder",
                       name, excerpt(entry))
                      .entry(entry)
                      .first());
  }
  add_comments(document, name, all);
  return all;
}

}  // namespace hookplan
