// SPDX-License-Identifier: Apache-2.0
#include "core/ci/ci_facts.h"

#include <utility>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kEvent = "event.";
constexpr std::string_view kSpec = "spec.";
constexpr std::string_view kSpecVariable = "JOB_SPEC";

// The part of `path` before the next dot; `path` loses it.
std::string_view next_part(std::string_view& path) {
  const std::size_t dot = path.find('.');
  const std::string_view part = path.substr(0, dot);
  path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  return part;
}

const JsonValue* child_of(const JsonValue& value, std::string_view name) {
  if (value.kind != JsonValue::Kind::array) return value.find(name);
  constexpr std::int64_t kMaxItem = 1'000;
  const auto number = number_from(name, 0, kMaxItem);
  if (!number || static_cast<std::size_t>(*number) >= value.items.size()) return nullptr;
  return &value.items[static_cast<std::size_t>(*number)];
}

std::string text_at(const JsonValue& document, std::string_view path) {
  const JsonValue* value = &document;
  while (value != nullptr && !path.empty()) value = child_of(*value, next_part(path));
  if (value == nullptr) return {};
  // Numbers are kept as their text, because some ids are too large for a double.
  if (value->kind == JsonValue::Kind::string) return value->string;
  if (value->kind == JsonValue::Kind::boolean) return value->boolean ? "true" : "false";
  return {};
}

Result<JsonValue> object_in(std::string_view bytes, std::string_view path, std::string_view what) {
  Result<JsonValue> value = parse_service_json(bytes, what, Code::ci_event_unusable);
  if (!value) return std::move(value).error().at(path);
  if (value->kind == JsonValue::Kind::object) return value;
  return fail(Code::ci_event_unusable, "{} is not a JSON object", what).at(path);
}

}  // namespace

Result<CiFacts> CiFacts::read(CiEnvironment environment, std::string_view event,
                              std::string_view path) {
  CiFacts facts;
  facts.environment_ = std::move(environment);
  if (!path.empty()) {
    TRY(facts.event_, object_in(event, path, "the event file"));
  }
  const std::string spec = facts.get(kSpecVariable);
  if (!spec.empty()) {
    TRY(facts.spec_, object_in(spec, kSpecVariable, "the variable JOB_SPEC"));
  }
  return facts;
}

std::string CiFacts::get(std::string_view name) const {
  if (name.starts_with(kEvent)) return text_at(event_, name.substr(kEvent.size()));
  if (name.starts_with(kSpec)) return text_at(spec_, name.substr(kSpec.size()));
  const auto found = environment_.find(name);
  return found == environment_.end() ? std::string() : found->second;
}

bool CiFacts::hold(std::string_view conditions) const {
  while (!conditions.empty()) {
    const std::size_t blank = conditions.find(' ');
    const std::string_view one = conditions.substr(0, blank);
    conditions.remove_prefix(blank == std::string_view::npos ? conditions.size() : blank + 1);
    const std::size_t sign = one.find('=');
    const std::string value = get(one.substr(0, sign));
    const bool holds =
        sign == std::string_view::npos ? !value.empty() : value == one.substr(sign + 1);
    if (!holds) return false;
  }
  return true;
}

}  // namespace hookplan
