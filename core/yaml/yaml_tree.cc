// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_tree.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

class TreeBuilder : public YamlVisitor {
 public:
  TreeBuilder(std::string_view path, std::size_t most_values)
      : path_(path), most_values_(most_values) {}

  void key(const YamlNode& node) override {
    if (failure_) return;
    refuse_indirection(node);
    const auto [first, is_new] = keys_.back().emplace(node.text, node.at.line);
    if (!is_new) {
      refuse(node, fail(Code::duplicate_key, "{} stands here and already in line {}",
                        excerpt(node.text), first->second));
    }
    key_ = node.text;
    key_at_ = node.at;
  }

  void value(const YamlNode& node) override {
    refuse_indirection(node);
    if (++values_ > most_values_) {
      refuse(node, fail(Code::too_many_nodes, "more than {} values", most_values_)
                       .hint("is it the right file?"));
    }
    if (failure_) {
      // What follows is only walked, not kept.
      if (node.kind == YamlKind::map || node.kind == YamlKind::sequence) {
        open_.emplace_back();
        keys_.emplace_back();
      }
      return;
    }
    YamlTree tree{
        node.kind, std::exchange(key_, {}), key_at_, std::string(node.text), node.plain, node.at,
        {}};
    if (node.kind == YamlKind::map || node.kind == YamlKind::sequence) {
      open_.push_back(std::move(tree));
      keys_.emplace_back();
    } else {
      add(std::move(tree));
    }
  }

  void close() override {
    YamlTree done = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    add(std::move(done));
  }

  Result<YamlTree> finish() && {
    if (failure_) return std::move(*failure_);
    return std::move(root_);
  }

 private:
  void add(YamlTree tree) {
    if (open_.empty()) {
      root_ = std::move(tree);
    } else {
      open_.back().children.push_back(std::move(tree));
    }
  }

  void refuse_indirection(const YamlNode& node) {
    const bool merge = node.plain && node.text == "<<";
    if (node.kind != YamlKind::alias && !node.tagged && !merge) return;
    refuse(node,
           fail(Code::indirection_in_section, "an alias, merge key or tag in the settings file"));
  }

  void refuse(const YamlNode& node, Error error) {
    if (failure_) return;
    failure_ = std::move(error).at(path_, node.at.line, node.at.column);
  }

  std::string_view path_;
  std::size_t most_values_;
  std::string key_;
  YamlPosition key_at_;
  YamlTree root_;
  std::vector<YamlTree> open_;
  std::vector<std::unordered_map<std::string, std::uint32_t>> keys_;  // of each open map
  std::size_t values_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Result<YamlTree> read_yaml_tree(std::string_view bytes, std::string_view path,
                                std::size_t most_values) {
  TreeBuilder builder(path, most_values);
  TRY_VOID(walk_yaml(bytes, path, builder));
  return std::move(builder).finish();
}

}  // namespace hookplan
