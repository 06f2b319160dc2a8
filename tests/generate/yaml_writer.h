// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <string>

#include "tests/generate/yaml_scalar.h"
#include "tests/generate/yaml_tree.h"

namespace hookplan::generate {

// How often a text uses what; chances in percent.
struct WriterStyle {
  bool json = false;  // the whole document
  bool flow_root = false;
  std::size_t root_indent = 0;
  std::size_t step = 0;  // columns per level; 0: each collection its own
  std::size_t flow = 0;
  std::size_t noise = 0;    // comment or blank lines between two members
  std::size_t comment = 0;  // behind a value
  std::size_t trailing_spaces = 0;
  std::size_t next_line = 0;  // the value below its key
  std::size_t block_scalar = 0;
  std::size_t quote = 0;
  std::size_t fold = 0;
};

WriterStyle random_style(std::mt19937_64& random);

// Writes a tree with a style, LF line ends. Random choices within the style are taken on the way.
class YamlWriter {
 public:
  YamlWriter(const WriterStyle& style, std::mt19937_64& random) : style_(style), random_(random) {}

  // Without document markers; `root` is a map. Ends with a line break. Starts with a flow map or
  // with a line of its own, so that it may follow `--- ` only in the first case.
  std::string write(const Node& root);

  // Some lines without meaning, to be put where a line starts.
  std::string noise();

 private:
  // A flow collection over several lines starts each of them at this column or deeper.
  struct FlowLayout {
    bool lines = false;
    std::size_t column = 0;
  };

  void block_map(const Node& node, std::size_t indent, bool on_line);
  void block_sequence(const Node& node, std::size_t indent, bool on_line);
  // Everything behind the `:` or the `-` that stands in column `parent`.
  void block_value(const Node& node, std::size_t parent, bool is_item);
  void block_collection(const Node& node, std::size_t parent, bool is_item);
  void block_leaf(const Node& node, std::size_t parent, bool is_item);

  void flow_node(const Node& node, std::size_t column);
  void flow_map(const Node& node, const FlowLayout& layout);
  void flow_sequence(const Node& node, const FlowLayout& layout);
  void flow_gap(const FlowLayout& layout);
  void flow_separator(bool last, const FlowLayout& layout);

  // Returns whether the key ended up without quotes.
  bool key(const Node& node, bool flow);

  void comment();
  void end_line();
  void noise_lines(std::size_t deepest_comment);
  void spaces(std::size_t count) { out_.append(count, ' '); }
  std::size_t step();
  ScalarPlace place(bool flow, std::size_t fold_indent) const;

  WriterStyle style_;
  std::mt19937_64& random_;
  std::string out_;
  // A line of spaces or a deep comment just behind a block scalar would be part of it.
  bool after_block_scalar_ = false;
};

}  // namespace hookplan::generate
