// SPDX-License-Identifier: Apache-2.0
#include "plugins/gcp_secret_manager/store_state.h"

#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// Never reuse: another layout gets another number.
constexpr std::string_view kStateSchema = "hookplan.store-state/v1";
constexpr std::string_view kStateFamily = "hookplan.store-state/";

void put_numbers(JsonWriter& json, std::string_view name,
                 const std::vector<std::int64_t>& numbers) {
  json.key(name).begin_array();
  for (const std::int64_t number : numbers) json.integer(number);
  json.end_array();
}

std::vector<std::int64_t> numbers_in(const JsonValue& json, std::string_view name) {
  std::vector<std::int64_t> numbers;
  if (const JsonValue* const list = json.find(name)) {
    for (const JsonValue& item : list->items) numbers.push_back(item.integer);
  }
  return numbers;
}

StoreState state_in(const JsonValue& json) {
  StoreState state{numbers_in(json, "ledger"), numbers_in(json, "old"), std::nullopt};
  const JsonValue* const pending = json.find("pending");
  if (pending == nullptr || pending->kind != JsonValue::Kind::object) return state;
  const JsonValue* const base = pending->find("base");
  const JsonValue* const until = pending->find("until");
  state.pending = {base == nullptr ? 0 : base->integer, numbers_in(*pending, "ledger"),
                   instant_from_rfc3339(until == nullptr ? "" : until->string).value_or(Instant{})};
  return state;
}

}  // namespace

std::string to_json(const StoreState& state) {
  JsonWriter json;
  json.begin_object();
  put_numbers(json, "ledger", state.ledger);
  put_numbers(json, "old", state.old);
  if (state.pending) {
    json.key("pending").begin_object();
    json.key("base").integer(state.pending->base);
    put_numbers(json, "ledger", state.pending->ledger);
    json.key("until").string(to_rfc3339(state.pending->until));
    json.end_object();
  }
  json.key("schema").string(kStateSchema);
  json.end_object();
  return json.take();
}

Result<StoreState> store_state(std::string_view text, std::string_view name) {
  if (text.empty()) return StoreState{};
  const auto json = parse_json(text, name, "an annotation of hookplan", Code::ledger_unreadable);
  const JsonValue* const schema = json ? json->find("schema") : nullptr;
  const bool is_newer = schema != nullptr && schema->string.starts_with(kStateFamily) &&
                        schema->string != kStateSchema;
  if (schema != nullptr && schema->string == kStateSchema) {
    StoreState state = state_in(*json);
    // What is written again as it stands was understood.
    if (to_json(state) == text) return state;
  }
  return fail(Code::ledger_unreadable, "{}: the annotation {} {}", name, StoreState::kAnnotation,
              is_newer ? "has a layout that is not known" : "is not one of hookplan")
      .hint(is_newer ? "a newer build wrote it: use that build or a later one"
                     : "somebody has changed it: if no run is at work, remove it; hooks are then "
                       "set and proven once more");
}

}  // namespace hookplan
