// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/random_block.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace hookplan::differential {
namespace {

constexpr std::array<std::string_view, 40> kKeys = {
    "a",   "b-c",   "d_e",  "k8s.io/f", "\"*\"",   "'q'",    "\"a b\"", "on",      "null", "~",
    "123", "<<",    "-x",   "a b",      "x:y",     "\"\"",   ".x",      "name",    "spec", "args",
    "1.5", "yes",   "a#b",  "\"a\\n\"", "'it''s'", "&k key", "*a",      "!!str k", "? k",  "{a: b}",
    "env", "image", "tide", "presets",  "queries", "plank",  "repos",   "labels",  "jobs", "="};
constexpr std::array<std::string_view, 65> kValues = {"x",
                                                      "some words",
                                                      "\"quoted\"",
                                                      "'single'",
                                                      "true",
                                                      "12",
                                                      "-1",
                                                      "--flag=x",
                                                      "a:b",
                                                      "http://x/y",
                                                      "[a, b]",
                                                      "{a: b, c: d}",
                                                      "[]",
                                                      "{}",
                                                      "[a, {b: c}]",
                                                      "[\"a\", 'b']",
                                                      "a # comment",
                                                      "\"a\" # b",
                                                      ".inf",
                                                      "-.INF",
                                                      ".NaN",
                                                      "1e999",
                                                      "0x1f",
                                                      "2017-10-02",
                                                      "~",
                                                      "null",
                                                      "*a",
                                                      "&a x",
                                                      "!!int 3",
                                                      "[a, b",
                                                      "{a: b",
                                                      "\"open",
                                                      "'open",
                                                      "a: b",
                                                      "a:",
                                                      "- x",
                                                      "? x",
                                                      ": x",
                                                      "@x",
                                                      "%x",
                                                      "`x`",
                                                      "#x",
                                                      "<<",
                                                      "=",
                                                      "x\ty",
                                                      "[a,b]",
                                                      "[a, ]",
                                                      "{a: , b}",
                                                      "{a}",
                                                      "[a: b]",
                                                      "\"a\\tb\"",
                                                      "\"a\\\\d\\\"b\"",
                                                      "'it''s'",
                                                      "x, y",
                                                      "x]",
                                                      "x}",
                                                      "[x]y",
                                                      "\"x\"y",
                                                      "\"x\": y",
                                                      "\xC3\xA9",
                                                      "\"\xC3\xA9\"",
                                                      "-",
                                                      "--",
                                                      "...",
                                                      "---"};
constexpr std::array<std::string_view, 12> kSigns = {"|",  ">",     "|-",  ">+", "|+",  ">-",
                                                     "|2", "| # c", ">  ", "|x", "|-2", "&b |"};
constexpr std::array<std::string_view, 12> kText = {
    "echo hello",        "# not a comment", "key: value", "- item", "\"open", "{",
    "managed_webhooks:", "  deeper",        "---",        "\ttab",  "x: |",   "'"};

class BlockWriter {
 public:
  explicit BlockWriter(Random& random) : random_(random), oddness_(one_in(random, 3) ? 12 : 400) {}

  std::string write() && {
    text_ += std::string(kKeys[17 + below(random_, 20)]) + ":\n";
    const std::size_t indent = one_in(random_, 2) ? 0 : 2;
    if (one_in(random_, 2)) {
      list(indent, 3);
    } else {
      map(2, 3);
    }
    return std::move(text_);
  }

 private:
  bool is_odd() { return one_in(random_, oddness_); }

  std::string key() { return std::string(kKeys[below(random_, is_odd() ? 40 : 7)]); }
  std::string value() { return std::string(kValues[below(random_, is_odd() ? 65 : 18)]); }
  std::size_t step() { return is_odd() ? below(random_, 5) : 2; }

  void between() {
    if (one_in(random_, 15)) text_ += "\n";
    if (one_in(random_, 15)) text_.append(below(random_, 6), ' ') += "# comment\n";
  }

  void block_text(std::size_t parent) {
    text_.append(" ").append(kSigns[below(random_, is_odd() ? 12 : 6)]).append("\n");
    const std::size_t indent = parent + step();
    for (std::size_t left = 1 + below(random_, 4); left > 0; --left) {
      if (one_in(random_, 6)) text_.append(is_odd() ? below(random_, 8) : 0, ' ').append("\n");
      text_.append(is_odd() ? below(random_, 8) : indent, ' ');
      text_.append(kText[below(random_, kText.size())]).append("\n");
    }
  }

  // What stands behind a key or a dash of that column.
  void node(std::size_t column, std::size_t depth, bool in_map) {
    const std::size_t kind = depth == 0 ? 0 : below(random_, 6);
    if (kind < 2) {
      text_.append(" ").append(value()).append("\n");
      if (is_odd()) text_.append(column + 2, ' ').append("continued\n");
    } else if (kind == 2) {
      block_text(column);
    } else if (in_map) {
      text_ += one_in(random_, 12) ? " # comment\n" : "\n";
      const std::size_t step_in = step();
      if (kind == 3) return list(one_in(random_, 2) ? column : column + step_in, depth - 1);
      map(column + step_in, depth - 1);
    } else {
      text_ += " ";
      const std::size_t inner = column + 2;
      if (one_in(random_, 8)) {
        text_ += "-";
        return node(inner, depth - 1, false);
      }
      text_ += key() + ":";
      node(inner, depth - 1, true);
      if (one_in(random_, 2)) map(is_odd() ? inner + 1 : inner, depth - 1);
    }
  }

  void map(std::size_t column, std::size_t depth) {
    for (std::size_t left = 1 + below(random_, 3); left > 0; --left) {
      between();
      text_.append(column, ' ').append(key()).append(":");
      node(column, depth, true);
    }
  }

  void list(std::size_t column, std::size_t depth) {
    for (std::size_t left = 1 + below(random_, 3); left > 0; --left) {
      between();
      text_.append(column, ' ').append("-");
      node(column, depth, false);
    }
  }

  Random& random_;
  std::size_t oddness_;
  std::string text_;
};

}  // namespace

std::string random_block(Random& random) { return BlockWriter(random).write(); }

}  // namespace hookplan::differential
