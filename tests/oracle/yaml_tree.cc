// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/yaml_tree.h"

#include <yaml.h>

#include <cstring>
#include <map>
#include <utility>

#include "tests/oracle/source_text.h"
#include "tests/oracle/yaml_dialect.h"

namespace hookplan::oracle {
namespace {

// yaml.v2's limit for nested flow collections and, separately, for nested block collections.
constexpr std::size_t kMaxDepth = 10000;

// libyaml looks at every open flow collection for each token, and a repaired text is parsed
// again: both are quadratic. Beyond this effort the oracle refuses instead of finishing.
constexpr std::size_t kMaxEffort = 400'000'000;

class Parser {
 public:
  explicit Parser(const SourceText& text) : text_(text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input(&parser_, &Parser::read, this);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  yaml_parser_t& raw() { return parser_; }

 private:
  static int read(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read) {
    return static_cast<Parser*>(self)->read_batch(buffer, size, size_read);
  }

  int read_batch(unsigned char* buffer, std::size_t size, std::size_t* size_read) {
    *size_read = 0;
    if (next_batch_ == text_.batch_ends.size()) return text_.broken_tail ? 0 : 1;
    const std::size_t begin = next_batch_ == 0 ? 0 : text_.batch_ends[next_batch_ - 1];
    const std::size_t end = text_.batch_ends[next_batch_++];
    std::string utf8;
    for (std::size_t i = begin; i < end; ++i) append_utf8(utf8, text_.chars[i]);
    if (utf8.size() > size) return 0;
    std::memcpy(buffer, utf8.data(), utf8.size());
    *size_read = utf8.size();
    return 1;
  }

  yaml_parser_t parser_{};
  const SourceText& text_;
  std::size_t next_batch_ = 0;
};

class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  yaml_event_t& raw() { return event_; }

 private:
  yaml_event_t event_{};
};

std::string to_text(const yaml_char_t* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

// Turns the events of one document into a tree.
class TreeBuilder {
 public:
  explicit TreeBuilder(const YamlDialect& dialect) : dialect_(dialect) {}

  bool in_flow() const { return !open_.empty() && open_.back().flow; }
  std::size_t depth() const { return open_.size(); }
  YamlTree take() { return std::move(tree_); }

  // False if yaml.v2 refuses; `error` says why.
  bool add(const yaml_event_t& event, std::string& error) {
    switch (event.type) {
      case YAML_SCALAR_EVENT: add_scalar(event); return true;
      case YAML_ALIAS_EVENT: return add_alias(to_text(event.data.alias.anchor), error);
      case YAML_SEQUENCE_START_EVENT: {
        const auto& data = event.data.sequence_start;
        return open(NodeKind::kSequence, data.style == YAML_FLOW_SEQUENCE_STYLE, data.anchor,
                    error);
      }
      case YAML_MAPPING_START_EVENT: {
        const auto& data = event.data.mapping_start;
        return open(NodeKind::kMapping, data.style == YAML_FLOW_MAPPING_STYLE, data.anchor, error);
      }
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        (open_.back().flow ? flow_depth_ : block_depth_) -= 1;
        open_.pop_back();
        return true;
      default: return true;
    }
  }

 private:
  struct OpenCollection {
    std::size_t node;
    bool flow;
  };

  Node& append(NodeKind kind) {
    const std::size_t index = tree_.nodes.size();
    if (!open_.empty()) tree_.nodes[open_.back().node].children.push_back(index);
    tree_.nodes.emplace_back();
    tree_.nodes.back().kind = kind;
    return tree_.nodes.back();
  }

  void set_anchor(const yaml_char_t* anchor) {
    if (anchor != nullptr) anchors_[to_text(anchor)] = tree_.nodes.size() - 1;
  }

  void add_scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    Node& node = append(NodeKind::kScalar);
    node.plain = data.plain_implicit != 0;
    node.tag = to_text(data.tag);
    node.value =
        dialect_.restore(std::string(reinterpret_cast<const char*>(data.value), data.length));
    set_anchor(data.anchor);
  }

  bool add_alias(const std::string& name, std::string& error) {
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      error = "unknown anchor '" + name + "' referenced";
      return false;
    }
    append(NodeKind::kAlias).target = found->second;
    return true;
  }

  bool open(NodeKind kind, bool flow, const yaml_char_t* anchor, std::string& error) {
    append(kind);
    set_anchor(anchor);
    open_.push_back({tree_.nodes.size() - 1, flow});
    if (++(flow ? flow_depth_ : block_depth_) > kMaxDepth) {
      error = "exceeded max depth";
      return false;
    }
    return true;
  }

  const YamlDialect& dialect_;
  YamlTree tree_;
  std::vector<OpenCollection> open_;
  std::map<std::string, std::size_t> anchors_;
  std::size_t flow_depth_ = 0;
  std::size_t block_depth_ = 0;
};

enum class Outcome { kDone, kParseAgain, kRefused };

Outcome parse_once(const SourceText& text, YamlDialect& dialect, std::size_t& effort,
                   YamlTree& tree, std::string& error) {
  Parser parser(text);
  TreeBuilder builder(dialect);
  for (;;) {
    Event event;
    if (yaml_parser_parse(&parser.raw(), &event.raw()) == 0) {
      if (dialect.repair_after_error(parser.raw()) == YamlDialect::Verdict::kChangedText) {
        return Outcome::kParseAgain;
      }
      const char* problem = parser.raw().problem;
      error = parser.raw().error == YAML_READER_ERROR ? text.problem
              : problem == nullptr                    ? ""
                                                      : problem;
      return Outcome::kRefused;
    }
    effort += 1 + builder.depth();
    const YamlDialect::Verdict verdict =
        dialect.check_event(event.raw(), builder.depth(), builder.in_flow());
    if (verdict == YamlDialect::Verdict::kChangedText) return Outcome::kParseAgain;
    if (verdict == YamlDialect::Verdict::kRefused || effort > kMaxEffort) {
      error = effort > kMaxEffort ? "too much work for the oracle" : "not in yaml.v2's dialect";
      return Outcome::kRefused;
    }
    const yaml_event_type_t type = event.raw().type;
    if (type == YAML_DOCUMENT_END_EVENT || type == YAML_STREAM_END_EVENT) break;
    if (!builder.add(event.raw(), error)) return Outcome::kRefused;
  }
  tree = builder.take();
  return Outcome::kDone;
}

}  // namespace

bool parse_first_document(std::string_view bytes, YamlTree& tree, std::string& error) {
  SourceText text = decode_source(bytes);
  YamlDialect dialect(text);
  if (dialect.has_stray_mark()) {
    tree.unmodelled = true;
    error = "two byte order marks";
    return false;
  }
  std::size_t effort = 0;
  for (;;) {
    const Outcome outcome = parse_once(text, dialect, effort, tree, error);
    if (outcome != Outcome::kParseAgain) return outcome == Outcome::kDone;
    effort += text.chars.size() * 8;
  }
}

}  // namespace hookplan::oracle
