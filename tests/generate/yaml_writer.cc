// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/yaml_writer.h"

#include <array>
#include <string_view>

#include "tests/generate/random_choice.h"

namespace hookplan::generate {
namespace {

// What a reader that looks for lines instead of parsing would trip over.
constexpr std::array<std::string_view, 20> kComments = {
    "#",
    "# the usual remark",
    "# managed_webhooks:",
    "#managed_webhooks: {}",
    "# org_repo_config: null",
    "#   token_created_after: 2001-01-01T00:00:00Z # twice",
    "# it's",
    "# \"unbalanced",
    "# {[",
    "# ]}",
    "# - a: b",
    "# --- # ...",
    "# |-",
    "# &anchor *alias !tag <<: *x",
    "# \\",
    "# %YAML 1.2",
    "## ? complex : key",
    "# \xE6\x97\xA5\xE6\x9C\xAC \xC3\xA9 \xF0\x9F\x98\x80",
    "#!/bin/sh",
    "# respect_legacy_global_token: true,"};

constexpr std::array<std::size_t, 6> kRates = {0, 0, 5, 10, 25, 60};

bool is_collection(const Node& node) {
  return node.kind == Node::Kind::map || node.kind == Node::Kind::sequence;
}

bool is_empty(const Node& node) { return node.members.empty() && node.items.empty(); }

}  // namespace

WriterStyle random_style(std::mt19937_64& random) {
  WriterStyle style;
  style.quote = one_in(random, 3) ? 5 : 10 * below(random, 10);
  if (one_in(random, 12)) {
    style.json = true;
    style.flow_root = true;
    return style;
  }
  style.step = one_in(random, 3) ? 0 : 1 + below(random, 8);
  if (one_in(random, 5)) return style;  // a tidy one
  style.flow_root = one_in(random, 12);
  style.root_indent = one_in(random, 15) ? 1 + below(random, 4) : 0;
  style.flow = pick(random, kRates);
  style.noise = pick(random, kRates);
  style.comment = pick(random, kRates);
  style.trailing_spaces = pick(random, kRates);
  style.next_line = pick(random, kRates);
  style.block_scalar = pick(random, kRates);
  style.fold = pick(random, kRates);
  return style;
}

std::string YamlWriter::write(const Node& root) {
  out_.clear();
  after_block_scalar_ = false;
  if (style_.flow_root || root.members.empty()) {
    flow_node(root, 0);
    end_line();
  } else {
    block_map(root, style_.root_indent, false);
  }
  if (!style_.json) noise_lines(0);
  return std::move(out_);
}

std::string YamlWriter::noise() {
  out_.clear();
  after_block_scalar_ = false;
  if (!style_.json) noise_lines(8);
  return std::move(out_);
}

void YamlWriter::block_map(const Node& node, std::size_t indent, bool on_line) {
  for (const Member& member : node.members) {
    if (!on_line) {
      noise_lines(indent);
      spaces(indent);
    }
    on_line = false;
    after_block_scalar_ = false;
    if (member.may_be_explicit && one_in(random_, 8)) {
      out_ += "? ";
      key(member.key, false);
      end_line();
      noise_lines(indent);
      spaces(indent);
      out_ += ':';
      block_value(member.value, indent, true);
      continue;
    }
    key(member.key, false);
    out_ += ':';
    block_value(member.value, indent, false);
  }
}

void YamlWriter::block_sequence(const Node& node, std::size_t indent, bool on_line) {
  for (const Node& item : node.items) {
    if (!on_line) {
      noise_lines(indent);
      spaces(indent);
    }
    on_line = false;
    after_block_scalar_ = false;
    out_ += '-';
    block_value(item, indent, true);
  }
}

void YamlWriter::block_value(const Node& node, std::size_t parent, bool is_item) {
  if (is_collection(node) && !is_empty(node) && !percent(random_, style_.flow)) {
    block_collection(node, parent, is_item);
  } else {
    block_leaf(node, parent, is_item);
  }
}

void YamlWriter::block_collection(const Node& node, std::size_t parent, bool is_item) {
  const bool is_map = node.kind == Node::Kind::map;
  std::size_t indent = 0;
  bool on_line = false;
  // Behind a dash, properties on the same line would go to the first key.
  if (is_item && node.properties.empty() && !percent(random_, style_.next_line)) {
    const std::size_t gap = one_in(random_, 4) ? 1 + below(random_, 4) : 1;
    spaces(gap);
    indent = parent + 1 + gap;
    on_line = true;
  } else {
    if (!node.properties.empty()) out_ += ' ' + node.properties;
    end_line();
    const bool at_parent = !is_map && !is_item && one_in(random_, 2);
    indent = parent + (at_parent ? 0 : step());
  }
  if (is_map) {
    block_map(node, indent, on_line);
  } else {
    block_sequence(node, indent, on_line);
  }
}

void YamlWriter::block_leaf(const Node& node, std::size_t parent, bool is_item) {
  if (node.kind == Node::Kind::bare && node.text.empty()) {
    end_line();
    return;
  }
  std::size_t column = parent + 1;
  const bool on_next_line = percent(random_, style_.next_line);
  if (on_next_line) {
    end_line();
    const std::size_t deeper = below(random_, 8);
    column += deeper;
    noise_lines(column);
    spaces(column);
  } else {
    const std::size_t gap = one_in(random_, 10) ? 1 + below(random_, 5) : 1;
    spaces(gap);
  }
  if (!node.properties.empty()) out_ += node.properties + ' ';
  // yaml-cpp 0.7 takes properties where a key could start for the column that the further lines of
  // a scalar must reach.
  const bool one_line = !node.properties.empty() && (on_next_line || is_item);
  ScalarPlace scalar_place = place(false, parent + 1);
  if (one_line) scalar_place.fold_percent = 0;
  switch (node.kind) {
    case Node::Kind::text:
      if (!one_line && percent(random_, style_.block_scalar) && may_be_block_scalar(node.text)) {
        std::string remark;
        if (percent(random_, style_.comment)) remark = " " + std::string(pick(random_, kComments));
        out_ += write_block_scalar(node.text, parent, remark, random_);
        after_block_scalar_ = true;
        return;
      }
      out_ += write_text(node.text, scalar_place, random_);
      break;
    case Node::Kind::bare: out_ += node.text; break;
    case Node::Kind::map:
    case Node::Kind::sequence: flow_node(node, parent + 1); break;
  }
  end_line();
}

void YamlWriter::flow_node(const Node& node, std::size_t column) {
  FlowLayout layout;
  layout.lines = one_in(random_, 2);
  layout.column = column + (style_.json ? 1 : below(random_, 4));
  if (node.kind == Node::Kind::map) {
    flow_map(node, layout);
  } else if (node.kind == Node::Kind::sequence) {
    flow_sequence(node, layout);
  } else if (node.kind == Node::Kind::text) {
    out_ += write_text(node.text, place(true, column == 0 ? 1 : column), random_);
  } else {
    out_ += node.text;
  }
}

void YamlWriter::flow_map(const Node& node, const FlowLayout& layout) {
  out_ += '{';
  flow_gap(layout);
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const Member& member = node.members[i];
    const bool plain_key = key(member.key, true);
    out_ += ':';
    const bool is_null = member.value.kind == Node::Kind::bare && member.value.text.empty();
    // Without the space, Go's reader takes the colon for the end of a plain key's text.
    if (plain_key || is_null || !one_in(random_, 3)) out_ += ' ';
    if (!is_null) flow_gap(layout);
    if (!member.value.properties.empty()) out_ += member.value.properties + ' ';
    flow_node(member.value, layout.column);
    flow_separator(i + 1 == node.members.size(), layout);
  }
  out_ += '}';
}

void YamlWriter::flow_sequence(const Node& node, const FlowLayout& layout) {
  out_ += '[';
  flow_gap(layout);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    if (!item.properties.empty()) out_ += item.properties + ' ';
    if (item.kind == Node::Kind::bare && item.text.empty()) {
      out_ += "null";  // nothing at all between two commas is an error
    } else {
      flow_node(item, layout.column);
    }
    flow_separator(i + 1 == node.items.size(), layout);
  }
  out_ += ']';
}

void YamlWriter::flow_separator(bool last, const FlowLayout& layout) {
  if (last && (style_.json || !one_in(random_, 8))) {
    flow_gap(layout);
    return;
  }
  if (one_in(random_, 10)) flow_gap(layout);
  out_ += ',';
  flow_gap(layout);
}

void YamlWriter::flow_gap(const FlowLayout& layout) {
  if (!layout.lines || one_in(random_, 3)) {
    const std::size_t count = below(random_, 2);
    spaces(count);
    return;
  }
  end_line();
  noise_lines(layout.column + 4);
  // Go's reader does not look at the indentation within brackets.
  const std::size_t column = one_in(random_, 12) ? 0 : layout.column;
  spaces(column);
}

bool YamlWriter::key(const Node& node, bool flow) {
  std::string written = node.text;
  if (node.kind == Node::Kind::text) {
    ScalarPlace key_place = place(flow, 1);
    key_place.key = true;
    written = write_text(node.text, key_place, random_);
  }
  const bool plain = written[0] != '"' && written[0] != '\'';
  out_ += written;
  if (!style_.json && one_in(random_, 20)) {
    const std::size_t count = 1 + below(random_, 2);
    spaces(count);
  }
  return plain;
}

void YamlWriter::comment() { out_ += pick(random_, kComments); }

void YamlWriter::end_line() {
  if (percent(random_, style_.trailing_spaces)) {
    const std::size_t count = 1 + below(random_, 3);
    spaces(count);
  }
  if (percent(random_, style_.comment)) {
    const std::size_t gap = 1 + below(random_, 3);
    spaces(gap);
    comment();
  }
  out_ += '\n';
  after_block_scalar_ = false;
}

void YamlWriter::noise_lines(std::size_t deepest_comment) {
  while (percent(random_, style_.noise)) {
    if (one_in(random_, 3)) {
      const bool spaceless = one_in(random_, 2) || after_block_scalar_;
      const std::size_t count = spaceless ? 0 : below(random_, 12);
      spaces(count);
    } else {
      const std::size_t deepest = deepest_comment + (after_block_scalar_ ? 0 : 6);
      const std::size_t column = one_in(random_, 3) ? deepest_comment : below(random_, deepest + 1);
      spaces(column);
      comment();
    }
    out_ += '\n';
  }
}

std::size_t YamlWriter::step() { return style_.step == 0 ? 1 + below(random_, 8) : style_.step; }

ScalarPlace YamlWriter::place(bool flow, std::size_t fold_indent) const {
  ScalarPlace result;
  result.flow = flow;
  result.json = style_.json;
  result.quote_percent = style_.quote;
  result.fold_percent = style_.fold;
  result.fold_indent = fold_indent;
  return result;
}

}  // namespace hookplan::generate
