// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/random_config.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "tests/differential/random_block.h"

namespace hookplan::differential {
namespace {

template <std::size_t size>
std::string_view pick(Random& random, const std::array<std::string_view, size>& choices) {
  return choices[below(random, size)];
}

constexpr std::array<std::string_view, 24> kNames = {
    "foo",     "foo/bar", "qux",    "a/b",  "kubernetes/test-infra",
    "Foo/Bar", "x_y/z.w", "yes",    "null", "on",
    "123",     "1e3",     "0x1f/a", "1_0",  "12:30",
    "foo bar", "-a",      ".inf",   "~",    "a/b/c",
    "no",      "0",       "9z",     "true"};
constexpr std::array<std::string_view, 16> kTimes = {
    "2017-10-02T15:00:00Z",      "2018-10-02T15:00:00Z",   "2019-02-28T00:00:00Z",
    "2020-02-29T23:59:59Z",      "2021-02-29T00:00:00Z",   "2017-13-02T15:00:00Z",
    "2017-10-02T24:00:00Z",      "2017-10-02T15:60:00Z",   "2017-10-02T15:00:60Z",
    "2017-10-02 15:00:00Z",      "2017-10-02T15:00:00",    "0000-01-01T00:00:00Z",
    "2017-10-02T15:00:00+01:00", "2017-10-02T15:00:00.5Z", "2017-10-31T00:00:00Z",
    "2017-04-31T00:00:00Z"};

// Lines, most of them valid somewhere, that stand before, after or inside of the section.
constexpr std::array<std::string_view, 64> kSnippets = {
    "plank: {}",
    "log_level: debug",
    "text: |",
    "text: >-",
    "text: |2",
    "text: \"open",
    "closed\"",
    "text: 'open",
    "it''s closed'",
    "list:",
    "- a",
    "- b: c",
    "  - d",
    "map: {a: b,",
    "c: d}",
    "seq: [a, b,",
    "c]",
    "anchor: &a x",
    "alias: *a",
    "  <<: *a",
    "? complex",
    ": value",
    "---",
    "...",
    "--- |",
    "%YAML 1.1",
    "# comment",
    "   # comment",
    "",
    "   ",
    "\t",
    "  \t# tab",
    "managed_webhooks:",
    "  org_repo_config:",
    "Managed_Webhooks:",
    "managed_webhooks: {}",
    "\"managed_webhooks\":",
    "  respect_legacy_global_token: true",
    "  auto_accept_invitation: no",
    "    foo:",
    "      token_created_after: 2017-10-02T15:00:00Z",
    "    a/b:",
    "    foo: {token_created_after: 2017-10-02T15:00:00Z}",
    "    text: |",
    "    text: \"open",
    "    q: 'open",
    "      plain",
    "       continued",
    "    z: &b",
    "    y: *b",
    "    <<: {}",
    "      token_create_after: 2017-10-02T15:00:00Z",
    "      extra: 1",
    "    !!str foo:",
    "    ? foo",
    "    : {}",
    "    foo: bar",
    "    foo: [",
    "    ]",
    "    {a: b}: c",
    "    - foo:",
    "text: &c |",
    "  plain text",
    "key: value # comment"};

std::string entry(Random& random, std::string_view name, std::size_t indent) {
  const std::string_view quote = one_in(random, 6) ? "\"" : one_in(random, 9) ? "'" : "";
  const std::string_view time_quote = one_in(random, 9) ? "\"" : one_in(random, 12) ? "'" : "";
  const std::string_view time =
      one_in(random, 10) ? pick(random, kTimes) : kTimes[below(random, 4)];
  const std::string_view comment = one_in(random, 12)   ? " # why"
                                   : one_in(random, 20) ? "  "
                                   : one_in(random, 60) ? "#no"
                                                        : "";
  std::string text(indent, ' ');
  text.append(quote).append(name).append(quote).append(":");
  if (one_in(random, 6)) {
    const std::string_view space = one_in(random, 4) ? " " : "";
    text.append(" {").append(space).append("token_created_after: ").append(time_quote).append(time);
    return text.append(time_quote).append(space).append("}").append(comment).append("\n");
  }
  if (one_in(random, 20)) text.append(" # an entry");
  text.append("\n").append(indent + (one_in(random, 15) ? 1 + below(random, 4) : 2), ' ');
  if (one_in(random, 40)) text.append("# between\n").append(indent + 2, ' ');
  text.append("token_created_after: ").append(time_quote).append(time);
  text.append(one_in(random, 60) ? "" : time_quote);
  text.append(comment).append("\n");
  if (one_in(random, 40)) text.append(indent + 2, ' ').append("unknown: 1\n");
  return text;
}

std::string name_of(Random& random, std::size_t number) {
  if (one_in(random, 12)) return std::string(pick(random, kNames));
  std::string name(1, static_cast<char>('a' + below(random, 26)));
  name += one_in(random, 4) ? "" : "/r";
  return name + (one_in(random, 30) ? "" : std::to_string(number));
}

void add_snippets(Random& random, std::string& text, std::size_t most) {
  for (std::size_t left = below(random, most + 1); left > 0; --left)
    text.append(pick(random, kSnippets)).append("\n");
}

std::string section(Random& random) {
  std::string text = "managed_webhooks:\n";
  if (one_in(random, 2)) text += "  respect_legacy_global_token: true\n";
  if (one_in(random, 8)) text += "  # comment\n\n";
  text += "  org_repo_config:\n";
  const std::size_t indent = one_in(random, 8) ? 3 + below(random, 3) : 4;
  const bool damaged = one_in(random, 3);
  // Entries that are none, because they stand inside of a string.
  const std::size_t number = 1 + below(random, 14);
  const std::size_t open = one_in(random, 10) ? below(random, number) : number;
  const std::size_t closed = open + 1 + below(random, number);
  for (std::size_t i = 0; i < number; ++i) {
    if (i == open) text += one_in(random, 2) ? "    q: \"open\n" : "    q: 'open\n";
    if (i == closed) text += one_in(random, 2) ? "      closed\"\n" : "      closed'\n";
    if (one_in(random, 12)) text += one_in(random, 2) ? "\n" : "    # a comment\n";
    if (damaged && one_in(random, 12)) text.append(pick(random, kSnippets)).append("\n");
    text += entry(random, name_of(random, i), indent);
  }
  if (one_in(random, 4)) text += "  auto_accept_invitation: false\n";
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

void damage_line(Random& random, std::vector<std::string>& lines) {
  constexpr std::string_view kCharacters = "\"'#:-{}[],&*!|>%@`? \t\n\r~aZ0\\/.\x01\xC3";
  const std::size_t at = below(random, lines.size());
  std::string& line = lines[at];
  switch (below(random, 8)) {
    case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 1: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line); break;
    case 2: std::swap(line, lines[below(random, lines.size())]); break;
    case 3: line.insert(0, below(random, 5), ' '); break;
    case 4: line.erase(0, below(random, 4)); break;
    case 5:
      line.insert(below(random, line.size() + 1), 1,
                  kCharacters[below(random, kCharacters.size())]);
      break;
    case 6: line.erase(below(random, line.size()), 1); break;
    default: line[below(random, line.size())] = kCharacters[below(random, kCharacters.size())];
  }
  if (lines.empty()) lines.emplace_back("\n");
  std::erase(lines, std::string());
  if (lines.empty()) lines.emplace_back("\n");
}

}  // namespace

std::string random_config(Random& random) {
  const auto add_blocks = [&](std::string& to) {
    for (std::size_t left = below(random, 3); left > 0; --left) to += random_block(random);
  };
  std::string text;
  if (one_in(random, 20)) text += "---\n";
  add_blocks(text);
  if (one_in(random, 6)) add_snippets(random, text, 4);
  if (one_in(random, 2)) text += "plank:\n  a: b\n  c: |\n    managed_webhooks:\n      x: y\n";
  if (one_in(random, 15)) {
    text += "text: \"open\n" + section(random) + "  closed\"\n";
  } else if (one_in(random, 15)) {
    text += "--- |\n" + section(random);
  } else {
    text += section(random);
  }
  if (one_in(random, 2)) text += "tide:\n  queries:\n  - labels: [a, b]\n";
  if (one_in(random, 6)) add_snippets(random, text, 4);
  add_blocks(text);
  if (one_in(random, 15)) text += section(random);
  std::vector<std::string> lines = lines_of(text);
  if (one_in(random, 2)) {
    for (std::size_t left = below(random, 4); left > 0; --left) damage_line(random, lines);
  }
  const bool crlf = one_in(random, 12);
  text.clear();
  for (std::string& line : lines) {
    if (crlf && line.ends_with('\n') && !line.ends_with("\r\n"))
      line.insert(line.size() - 1, 1, '\r');
    text += line;
  }
  if (one_in(random, 30)) text.resize(below(random, text.size() + 1));
  return text;
}

}  // namespace hookplan::differential
