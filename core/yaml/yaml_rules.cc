// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxLevels = 100;
constexpr std::size_t kMaxNodes = 500'000;
constexpr std::uint64_t kWeightLimit = std::uint64_t{1} << 40;  // saturates far beyond every limit
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

// yaml.v2 tolerates few values that come from aliases where there are many: 99 % of up to 400,000
// decoded values, falling to 10 % of 4,000,000.
bool is_excessive(std::uint64_t total, std::uint64_t in_aliases) {
  if (in_aliases <= 100 || total <= 1000) return false;
  constexpr double kLow = 400'000;
  constexpr double kHigh = 4'000'000;
  const double decoded = static_cast<double>(total);
  double allowed = 0.10;
  if (decoded <= kLow) {
    allowed = 0.99;
  } else if (decoded < kHigh) {
    allowed = 0.99 - 0.89 * (decoded - kLow) / (kHigh - kLow);
  }
  return static_cast<double>(in_aliases) / decoded > allowed;
}

bool is_date(std::string_view text) {
  return instant_from_rfc3339(text).has_value() ||
         instant_from_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

// Standard base64 with padding, line breaks between the groups.
bool is_base64(std::string_view text) {
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const bool digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '+' || c == '/';
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
    } else if (digit && padding == 0) {
      ++digits;
    } else {
      return false;
    }
  }
  return padding <= 2 && (digits + padding) % 4 == 0;
}

}  // namespace

void YamlRules::refuse(YamlPosition at, Error error) { throw YamlRefusal{std::move(error), at}; }

bool YamlRules::expects_key() const {
  return !frames_.empty() && frames_.back().is_map && frames_.back().key_next;
}

void YamlRules::start_document(YamlPosition at) {
  if (++documents_ > 1) {
    refuse(at, fail(Code::several_documents, "a second YAML document begins here")
                   .hint("keep one document; Prow reads only the first"));
  }
}

void YamlRules::node(const YamlNode& node, std::size_t anchor, std::string_view tag) {
  if (++nodes_ > kMaxNodes) {
    refuse(node.at, fail(Code::too_many_nodes, "more than {} keys and values", kMaxNodes)
                        .hint("is it the right file?"));
  }
  if (node.tagged) check_tag(node, tag);

  std::uint64_t weight = 1;
  if (node.kind == YamlKind::alias) {
    weight = weigh_alias(node, anchor);
  } else if (anchor != 0) {
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
    const bool container = node.kind == YamlKind::map || node.kind == YamlKind::sequence;
    const bool null_scalar =
        node.kind == YamlKind::null || (node.plain && plain_type(node.text) == PlainType::null);
    anchors_[anchor] = {node.kind, null_scalar, container, 1};
  }

  if (expects_key()) {
    check_key(node, anchor);
    frames_.back().key_next = false;
    frames_.back().merging =
        node.kind == YamlKind::scalar && node.plain && plain_type(node.text) == PlainType::merge;
    add_weight(weight);
    visitor_.key(node);
    return;
  }
  check_value(node, anchor);
  add_weight(weight);
  const bool merging = !frames_.empty() && frames_.back().merging;
  if (!frames_.empty() && frames_.back().is_map) frames_.back().key_next = true;
  if (node.kind == YamlKind::map || node.kind == YamlKind::sequence) {
    if (frames_.size() == kMaxLevels) {
      refuse(node.at, fail(Code::too_deep, "more than {} levels", kMaxLevels));
    }
    Frame frame;
    frame.is_map = node.kind == YamlKind::map;
    frame.key_next = frame.is_map;
    frame.merging = merging && !frame.is_map;
    frame.anchor = anchor;
    frames_.push_back(frame);
  }
  visitor_.value(node);
}

void YamlRules::close() {
  const Frame done = frames_.back();
  frames_.pop_back();
  if (done.anchor != 0) {
    anchors_[done.anchor].open = false;
    anchors_[done.anchor].weight = done.weight;
  }
  if (!frames_.empty()) {
    frames_.back().weight = std::min(kWeightLimit, frames_.back().weight + done.weight);
  }
  visitor_.close();
}

void YamlRules::finish() const {
  if (is_excessive(total_weight_, alias_weight_)) {
    refuse({}, fail(Code::excessive_aliasing, "aliases stand for {} of {} values", alias_weight_,
                    total_weight_));
  }
  visitor_.end(alias_weight_);
}

void YamlRules::check_key(const YamlNode& node, std::size_t anchor) const {
  const auto object = [&](std::string_view what) {
    refuse(node.at, fail(Code::key_not_text, "{} as a key", what));
  };
  const YamlKind kind = node.kind == YamlKind::alias ? anchors_[anchor].kind : node.kind;
  if (kind == YamlKind::map) object("a mapping");
  if (kind == YamlKind::sequence) object("a list");
  const bool null_alias = node.kind == YamlKind::alias && anchors_[anchor].null_scalar;
  if (node.kind == YamlKind::null || null_alias) object("null");
  constexpr std::size_t kSurelyInteger = 18;  // digits that fit 64 bits
  if (node.plain && node.text.size() > kSurelyInteger &&
      plain_type(node.text) == PlainType::integer) {
    object("a number beyond 64 bits");
  }
}

void YamlRules::check_value(const YamlNode& node, std::size_t anchor) const {
  if (node.kind == YamlKind::scalar && node.plain &&
      plain_type(node.text) == PlainType::not_finite) {
    refuse(node.at, fail(Code::value_not_json, "{} is not a value of JSON", printable(node.text)));
  }
  if (frames_.empty() || !frames_.back().merging) return;
  const YamlKind kind = node.kind == YamlKind::alias ? anchors_[anchor].kind : node.kind;
  const bool list_allowed = frames_.back().is_map && node.kind == YamlKind::sequence;
  if (kind != YamlKind::map && !list_allowed) {
    refuse(node.at, fail(Code::bad_merge, "`<<` merges mappings only"));
  }
}

void YamlRules::check_tag(const YamlNode& node, std::string_view tag) const {
  if (node.kind != YamlKind::scalar || !tag.starts_with(kCoreTag)) return;
  const std::string_view name = tag.substr(kCoreTag.size());
  const PlainType type = plain_type(node.text);
  const bool fits = name == "int"      ? type == PlainType::integer
                    : name == "float"  ? type == PlainType::floating || type == PlainType::integer
                    : name == "bool"   ? type == PlainType::boolean
                    : name == "null"   ? type == PlainType::null
                    : name == "binary" ? is_base64(node.text)
                    : name == "timestamp" ? is_date(node.text)
                                          : name == "str";
  if (!fits) {
    refuse(node.at, fail(Code::bad_tag, "the tag !!{} before {}", printable(name),
                         printable(node.text.substr(0, 40))));
  }
}

std::uint64_t YamlRules::weigh_alias(const YamlNode& node, std::size_t anchor) {
  if (anchor == 0 || anchor >= anchors_.size() || anchors_[anchor].open) {
    refuse(node.at, fail(Code::bad_alias, "an alias inside the value of its own anchor")
                        .hint("write the value out"));
  }
  const std::uint64_t weight = anchors_[anchor].weight;
  alias_weight_ = std::min(kWeightLimit, alias_weight_ + weight);
  if (is_excessive(std::min(kWeightLimit, total_weight_ + weight), alias_weight_)) {
    refuse(node.at,
           fail(Code::excessive_aliasing, "aliases of aliases that stand for too many values"));
  }
  return std::min(kWeightLimit, weight + 1);
}

void YamlRules::add_weight(std::uint64_t weight) {
  total_weight_ = std::min(kWeightLimit, total_weight_ + weight);
  if (!frames_.empty()) {
    frames_.back().weight = std::min(kWeightLimit, frames_.back().weight + weight);
  }
}

}  // namespace hookplan
