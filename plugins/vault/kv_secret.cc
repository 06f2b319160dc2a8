// SPDX-License-Identifier: Apache-2.0
#include "plugins/vault/kv_secret.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/secret_json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

bool is_same_secret(const Secret& one, const Secret& other) {
  return one.reveal(
      [&](std::string_view a) { return other.reveal([&](std::string_view b) { return a == b; }); });
}

}  // namespace

std::string to_string(const KvPlace& place) {
  return fmt::format("secret {} in mount {}{}", place.path, place.mount,
                     place.space.empty() ? "" : " of namespace " + place.space);
}

std::optional<KvSecret> KvSecret::read(Secret body) {
  KvSecret secret;
  secret.body_ = std::move(body);
  auto json = secret.body_.reveal([](std::string_view text) { return JsonView::of(text); });
  if (!json) return std::nullopt;
  secret.json_ = *std::move(json);
  const JsonView* const answer = secret.json_.find("data");
  const JsonView* const metadata = secret.json_.find("data", "metadata");
  const JsonView* const data = secret.json_.find("data", "data");
  const JsonView* const number = metadata == nullptr ? nullptr : metadata->find("version");
  if (answer == nullptr || data == nullptr || number == nullptr ||
      !number_from(number->raw(), 1, std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  secret.number_ = number->raw();
  secret.created_ = metadata->text_of("created_time");
  const JsonView* const destroyed = metadata->find("destroyed");
  if (destroyed != nullptr && destroyed->is_true()) {
    secret.state_ = State::destroyed;
  } else if (data->kind() == JsonView::Kind::null) {
    secret.state_ = State::deleted;
    secret.deleted_at_ = metadata->text_of("deletion_time");
  } else if (data->kind() != JsonView::Kind::object) {
    return std::nullopt;
  }
  return secret;
}

std::string KvSecret::note(std::string_view name) const {
  const JsonView* const notes = json_.find("data")->find("metadata", "custom_metadata");
  return notes == nullptr ? std::string() : notes->text_of(name);
}

Secret KvSecret::data_with(std::span<const Value> values) const {
  SecretJson json;
  std::string_view before = "{";
  for (const auto& [key, value] : data().members()) {
    if (std::ranges::find(values, key, &Value::key) != values.end()) continue;
    json.raw(before).raw("\"").raw(key).raw("\":").raw(value.raw());
    before = ",";
  }
  for (const Value& each : values) {
    json.raw(before).text(each.key).raw(":").text(each.text);
    before = ",";
  }
  return json.raw(values.empty() && before == "{" ? "{}" : "}").take();
}

bool KvSecret::holds(std::span<const Value> values) const {
  return state_ == State::there && std::ranges::all_of(values, [&](const Value& each) {
           const JsonView* const there = value(each.key);
           const std::optional<Secret> text = there == nullptr ? std::nullopt : there->secret();
           return text && is_same_secret(*text, each.text);
         });
}

}  // namespace hookplan
