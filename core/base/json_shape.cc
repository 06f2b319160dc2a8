// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_shape.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"

namespace hookplan {

void JsonNode::fail(std::string problem) const { throw WrongShape{where_, std::move(problem)}; }

void JsonNode::expect(JsonValue::Kind kind, std::string_view what) const {
  if (value_.kind != kind) fail(fmt::format("is not {}", what));
}

std::string JsonNode::below(std::string_view name) const {
  return where_.empty() ? excerpt(name) : fmt::format("{}.{}", where_, excerpt(name));
}

void JsonNode::has_exactly(std::initializer_list<std::string_view> names) const {
  expect(JsonValue::Kind::object, "an object");
  for (const JsonValue::Member& member : value_.members) {
    if (std::ranges::find(names, member.first) == names.end()) {
      fail(fmt::format("has the unknown member {}", excerpt(member.first)));
    }
  }
  for (const std::string_view name : names) {
    if (!has(name)) fail(fmt::format("has no member {}", name));
  }
}

JsonNode JsonNode::at(std::string_view name) const {
  expect(JsonValue::Kind::object, "an object");
  const JsonValue* const member = value_.find(name);
  if (member == nullptr) fail(fmt::format("has no member {}", name));
  return {*member, below(name)};
}

const std::string& JsonNode::text() const {
  expect(JsonValue::Kind::string, "text");
  return value_.string;
}

bool JsonNode::boolean() const {
  expect(JsonValue::Kind::boolean, "true or false");
  return value_.boolean;
}

std::int64_t JsonNode::number() const {
  expect(JsonValue::Kind::integer, "a whole number");
  if (value_.integer < 0) fail("must not be negative");
  return value_.integer;
}

std::uint32_t JsonNode::line() const {
  const std::int64_t given = number();
  if (given > std::numeric_limits<std::uint32_t>::max()) fail("is too large");
  return static_cast<std::uint32_t>(given);
}

const std::string& JsonNode::hex(std::size_t digits) const {
  const bool fits =
      text().size() == digits && text().find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!fits) fail(fmt::format("is not {} hexadecimal digits", digits));
  return value_.string;
}

}  // namespace hookplan
