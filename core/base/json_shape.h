// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/json.h"

namespace hookplan {

// Leaves the functions that read a document at the first thing that is not as it must be. Whoever
// reads the document catches it and makes an error of it.
struct WrongShape {
  std::string where;  // "plans[2].digest"; empty: the document
  std::string problem;
};

// A part of a JSON document of ours and the way to it. What is not as it must be throws WrongShape:
// nothing is taken as a default, and nothing is passed over.
class JsonNode {
 public:
  // REQUIRES: the value outlives the node.
  JsonNode(const JsonValue& value, std::string where) : value_(value), where_(std::move(where)) {}

  [[noreturn]] void fail(std::string problem) const;

  // It is an object with these members and no others.
  void has_exactly(std::initializer_list<std::string_view> names) const;
  bool has(std::string_view name) const { return value_.find(name) != nullptr; }
  JsonNode at(std::string_view name) const;

  bool is_null() const { return value_.kind == JsonValue::Kind::null; }
  const std::string& text() const;
  bool boolean() const;
  std::int64_t number() const;  // not negative
  std::uint32_t line() const;
  // So many lower-case hexadecimal digits.
  const std::string& hex(std::size_t digits) const;

  // The items of a list, each by `read(const JsonNode&)`.
  template <typename Read>
  auto list(Read read) const {
    expect(JsonValue::Kind::array, "a list");
    std::vector<decltype(read(*this))> all;
    all.reserve(value_.items.size());
    for (const JsonValue& item : value_.items) {
      all.push_back(read(JsonNode(item, fmt::format("{}[{}]", where_, all.size()))));
    }
    return all;
  }

  // Each member by `take(const std::string& name, const JsonNode&)`. None may lack a name.
  template <typename Take>
  void each_member(Take take) const {
    expect(JsonValue::Kind::object, "an object");
    for (const auto& [name, value] : value_.members) {
      if (name.empty()) fail("has a member without a name");
      take(name, JsonNode(value, below(name)));
    }
  }

 private:
  void expect(JsonValue::Kind kind, std::string_view what) const;
  std::string below(std::string_view name) const;

  const JsonValue& value_;
  std::string where_;
};

}  // namespace hookplan
