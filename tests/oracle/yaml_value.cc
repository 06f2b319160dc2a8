// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/yaml_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <unordered_map>

namespace hookplan::oracle {
namespace {

// yaml.v2 counts every node it decodes, aliases expanded, and refuses when too large a share of
// the work comes from aliases.
class AliasBudget {
 public:
  bool spend(std::uint64_t decoded, std::uint64_t by_alias) {
    decoded_ += decoded;
    by_alias_ += by_alias;
    if (by_alias_ <= 100 || decoded_ <= 1000) return true;
    return static_cast<double>(by_alias_) / static_cast<double>(decoded_) <= allowed_share();
  }

 private:
  double allowed_share() const {
    constexpr double kLow = 400000;
    constexpr double kHigh = 4000000;
    const auto decoded = static_cast<double>(decoded_);
    if (decoded <= kLow) return 0.99;
    if (decoded >= kHigh) return 0.10;
    return 0.99 - 0.89 * ((decoded - kLow) / (kHigh - kLow));
  }

  std::uint64_t decoded_ = 0;
  std::uint64_t by_alias_ = 0;
};

// A key as Go's map tells keys apart: 1, 1.0, "1" and true are four keys, 0.0 and -0.0 are one,
// and every NaN is a key of its own.
std::string key_identity(const Scalar& key, std::size_t& nan_count) {
  switch (key.kind) {
    case ScalarKind::kNull: return "n";
    case ScalarKind::kBool: return key.boolean ? "b1" : "b0";
    case ScalarKind::kInt: return "i" + std::to_string(key.integer);
    case ScalarKind::kUint: return "u" + std::to_string(key.unsigned_integer);
    case ScalarKind::kFloat: {
      if (std::isnan(key.floating)) return "x" + std::to_string(++nan_count);
      const double value = key.floating == 0 ? 0 : key.floating;
      std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
      return "f" + bytes;
    }
    case ScalarKind::kString: break;
  }
  return "s" + key.text;
}

class MapBuilder {
 public:
  void set(const Scalar& key, const Value* value) {
    const auto [at, is_new] = index_.try_emplace(key_identity(key, nan_count_), entries_.size());
    if (is_new) {
      entries_.emplace_back(key, value);
    } else {
      entries_[at->second] = {key, value};
    }
  }

  std::vector<std::pair<Scalar, const Value*>> take() { return std::move(entries_); }

 private:
  std::vector<std::pair<Scalar, const Value*>> entries_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t nan_count_ = 0;
};

bool is_merge_key(const Node& node) {
  return node.kind == NodeKind::kScalar && node.value == "<<" &&
         (node.plain || node.tag == kMergeTag);
}

// Fills height, json_refused and ambiguous from the children.
void summarize(Value& value) {
  if (value.kind == ValueKind::kScalar) {
    value.json_refused =
        value.scalar.kind == ScalarKind::kFloat && !std::isfinite(value.scalar.floating);
    return;
  }
  const auto include = [&value](const Value& child) {
    value.height = std::max(value.height, child.height);
    value.json_refused = value.json_refused || child.json_refused;
    value.ambiguous = value.ambiguous || child.ambiguous;
  };
  for (const Value* item : value.items) include(*item);
  bool only_text_keys = true;
  for (const auto& [key, child] : value.entries) {
    include(*child);
    only_text_keys = only_text_keys && key.kind == ScalarKind::kString;
  }
  ++value.height;
  if (only_text_keys) return;
  std::set<std::string> names;
  for (const auto& [key, child] : value.entries) {
    std::string name;
    if (!key_text(key, name)) {
      value.json_refused = true;
    } else if (!names.insert(name).second) {
      value.ambiguous = true;
    }
  }
}

// Walks the tree with a stack of its own: nesting is only limited by yaml.v2's 10000 levels.
class Decoder {
 public:
  Decoder(const YamlTree& tree, Values& values)
      : tree_(tree), values_(values), states_(tree.nodes.size()) {}

  bool run(std::string& error) {
    budget_.spend(1, 0);  // the document itself
    bool ok = visit(0, 0);
    while (ok && !stack_.empty()) ok = step();
    if (ok) {
      values_.root = states_[0].value;
    } else {
      error = error_;
    }
    return ok;
  }

 private:
  // What decoding a node costs yaml.v2, and how much of that lies inside aliases.
  struct NodeState {
    const Value* value = nullptr;
    bool open = false;
    std::uint64_t cost = 0;
    std::uint64_t alias_cost = 0;
  };

  struct Frame {
    std::size_t node;
    std::uint64_t alias_depth;
    Value value;
    MapBuilder map;
    std::size_t next = 0;                // child to be looked at
    std::vector<std::size_t> to_merge;   // maps still to be merged, the next one at the back
    std::size_t waiting_for = kNothing;  // child whose value is awaited
    const Value* key = nullptr;          // decoded, its value is not
  };

  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);

  bool fail(const std::string& message) {
    error_ = message;
    return false;
  }

  bool spend(std::uint64_t cost, std::uint64_t by_alias) {
    return budget_.spend(cost, by_alias) || fail("document contains excessive aliasing");
  }

  // Makes states_[index].value available, now or after further steps.
  bool visit(std::size_t index, std::uint64_t alias_depth) {
    const Node& node = tree_.nodes[index];
    NodeState& state = states_[index];
    if (state.open) return fail("anchor value contains itself");
    if (state.value != nullptr) {
      return spend(state.cost, alias_depth > 0 ? state.cost : state.alias_cost);
    }
    if (!spend(1, alias_depth > 0 ? 1 : 0)) return false;
    if (node.kind == NodeKind::kScalar) {
      Value value;
      if (!resolve_scalar(node.tag, node.value, node.plain, value.scalar, error_)) return false;
      state.cost = 1;
      finish(index, std::move(value));
      return true;
    }
    state.open = true;
    state.cost = 1;
    Frame frame{};
    frame.node = index;
    frame.alias_depth = alias_depth + (node.kind == NodeKind::kAlias ? 1 : 0);
    frame.value.kind = node.kind == NodeKind::kMapping ? ValueKind::kMapping : ValueKind::kSequence;
    frame.waiting_for = kNothing;
    stack_.push_back(std::move(frame));
    return true;
  }

  void finish(std::size_t index, Value value) {
    summarize(value);
    values_.storage.push_back(std::move(value));
    states_[index].value = &values_.storage.back();
  }

  void close_top() {
    states_[stack_.back().node].open = false;
    stack_.pop_back();
  }

  // Starts on a child of the top frame. The frame may move, so callers return right after.
  bool await(std::size_t child) {
    stack_.back().waiting_for = child;
    return visit(child, stack_.back().alias_depth);
  }

  // Advances the innermost open node.
  bool step() {
    Frame& frame = stack_.back();
    const Value* arrived = nullptr;
    if (frame.waiting_for != kNothing) {
      const NodeState& child = states_[frame.waiting_for];
      NodeState& own = states_[frame.node];
      own.cost += child.cost;
      own.alias_cost +=
          tree_.nodes[frame.node].kind == NodeKind::kAlias ? child.cost : child.alias_cost;
      arrived = child.value;
      frame.waiting_for = kNothing;
    }
    switch (tree_.nodes[frame.node].kind) {
      case NodeKind::kAlias: return step_alias(arrived);
      case NodeKind::kSequence: return step_sequence(arrived);
      default: return step_mapping(arrived);
    }
  }

  bool step_alias(const Value* arrived) {
    if (arrived == nullptr) return await(tree_.nodes[stack_.back().node].target);
    states_[stack_.back().node].value = arrived;
    close_top();
    return true;
  }

  bool step_sequence(const Value* arrived) {
    Frame& frame = stack_.back();
    const std::vector<std::size_t>& children = tree_.nodes[frame.node].children;
    if (arrived != nullptr) frame.value.items.push_back(arrived);
    if (frame.next < children.size()) return await(children[frame.next++]);
    finish(frame.node, std::move(frame.value));
    close_top();
    return true;
  }

  bool step_mapping(const Value* arrived) {
    Frame& frame = stack_.back();
    const std::vector<std::size_t>& children = tree_.nodes[frame.node].children;
    if (arrived != nullptr && !frame.to_merge.empty()) {
      // Merged keys replace what stands above the merge key; what follows replaces them.
      for (const auto& [key, value] : arrived->entries) frame.map.set(key, value);
      frame.to_merge.pop_back();
    } else if (arrived != nullptr && frame.key == nullptr) {
      if (arrived->kind != ValueKind::kScalar) return fail("invalid map key");
      frame.key = arrived;
      return await(children[frame.next++]);
    } else if (arrived != nullptr) {
      frame.map.set(frame.key->scalar, arrived);
      frame.key = nullptr;
    }
    if (!frame.to_merge.empty()) return await(frame.to_merge.back());
    if (frame.next < children.size()) {
      if (is_merge_key(tree_.nodes[children[frame.next]])) {
        frame.next += 2;
        return plan_merge(children[frame.next - 1]);
      }
      return await(children[frame.next++]);
    }
    frame.value.entries = frame.map.take();
    finish(frame.node, std::move(frame.value));
    close_top();
    return true;
  }

  // yaml.v2 decodes the maps of a sequence from the last to the first and checks each only when
  // its turn comes; as every refusal is final here, they can be checked beforehand.
  bool plan_merge(std::size_t source) {
    const auto is_map = [this](std::size_t index) {
      const Node& node = tree_.nodes[index];
      return node.kind == NodeKind::kMapping ||
             (node.kind == NodeKind::kAlias && tree_.nodes[node.target].kind == NodeKind::kMapping);
    };
    std::vector<std::size_t>& to_merge = stack_.back().to_merge;
    if (tree_.nodes[source].kind == NodeKind::kSequence) {
      to_merge = tree_.nodes[source].children;
    } else {
      to_merge = {source};
    }
    if (!std::all_of(to_merge.begin(), to_merge.end(), is_map)) {
      return fail("map merge requires map or sequence of maps as the value");
    }
    return true;
  }

  const YamlTree& tree_;
  Values& values_;
  std::vector<NodeState> states_;
  std::vector<Frame> stack_;
  AliasBudget budget_;
  std::string error_;
};

}  // namespace

bool decode_tree(const YamlTree& tree, Values& values, std::string& error) {
  if (tree.nodes.empty()) return true;
  return Decoder(tree, values).run(error);
}

}  // namespace hookplan::oracle
