// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/secret_object.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/base64.h"

namespace hookplan {
namespace {

// The value as JSON has it: base64 in quotes.
Secret quoted_base64(const Secret& bytes) {
  std::string text = bytes.reveal([](std::string_view plain) { return base64(plain); });
  Secret quoted(text.size() + 2);
  quoted.room().front() = '"';
  std::ranges::copy(text, quoted.room().begin() + 1);
  quoted.room().back() = '"';
  wipe(text);
  return quoted;
}

// Of base64 in quotes, or of null.
std::size_t decoded_size(const JsonView& value) {
  if (value.kind() != JsonView::Kind::string) return 0;
  const std::string_view text = value.raw().substr(1, value.raw().size() - 2);
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  return text.size() / 4 * 3 - padding;
}

// A part of the body that is to be replaced.
struct Splice {
  std::size_t at = 0;
  std::size_t size = 0;
  Secret text = {};
};

Secret spliced(std::string_view body, std::vector<Splice> splices) {
  std::ranges::sort(splices, {}, &Splice::at);
  std::size_t size = body.size();
  for (const Splice& splice : splices) size += splice.text.size() - splice.size;
  Secret result(size);
  auto out = result.room().begin();
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    out = std::ranges::copy(body.substr(at, splice.at - at), out).out;
    out =
        splice.text.reveal([&](std::string_view text) { return std::ranges::copy(text, out).out; });
    at = splice.at + splice.size;
  }
  std::ranges::copy(body.substr(at), out);
  return result;
}

// A member at the beginning of an object.
Secret first_member(std::string_view key, const Secret& value, bool is_only_one) {
  const std::string name = fmt::format("\"{}\":", key);
  Secret text(name.size() + value.size() + (is_only_one ? 0 : 1));
  const auto out = std::ranges::copy(name, text.room().begin()).out;
  value.reveal([&](std::string_view bytes) { std::ranges::copy(bytes, out); });
  if (!is_only_one) text.room().back() = ',';
  return text;
}

Secret joined(const std::vector<Secret>& parts) {
  std::size_t size = 0;
  for (const Secret& part : parts) size += part.size();
  Secret all(size);
  auto out = all.room().begin();
  for (const Secret& part : parts) {
    out = part.reveal([&](std::string_view text) { return std::ranges::copy(text, out).out; });
  }
  return all;
}

}  // namespace

std::string to_string(const SecretPlace& place) {
  return fmt::format("Secret {}/{}", place.space, place.name);
}

std::optional<SecretObject> SecretObject::read(Secret body, const SecretPlace& place) {
  SecretObject object;
  object.body_ = std::move(body);
  auto json = object.body_.reveal([](std::string_view text) { return JsonView::of(text); });
  if (!json) return std::nullopt;
  object.json_ = *std::move(json);
  const std::string kind = object.json_.text_of("kind");
  const JsonView* const metadata = object.json_.find("metadata");
  if ((kind != "Secret" && kind != "PartialObjectMetadata") || metadata == nullptr) {
    return std::nullopt;
  }
  object.version_ = metadata->text_of("resourceVersion");
  if (metadata->text_of("name") != place.name || metadata->text_of("namespace") != place.space ||
      object.version_.empty() || object.version_ == "0") {
    return std::nullopt;
  }
  return object;
}

bool SecretObject::is_immutable() const {
  const JsonView* const flag = json_.find("immutable");
  return flag != nullptr && flag->is_true();
}

const JsonView* SecretObject::value(std::string_view key) const { return json_.find("data", key); }

std::size_t SecretObject::data_bytes_with(std::span<const Value> values) const {
  std::size_t size = 0;
  for (const Value& each : values) size += each.bytes.size();
  const JsonView* const data = json_.find("data");
  if (data == nullptr) return size;
  for (const auto& [key, value] : data->members()) {
    if (std::ranges::find(values, key, &Value::key) == values.end()) size += decoded_size(value);
  }
  return size;
}

Secret SecretObject::with(std::span<const Value> values) const {
  const std::string_view body = json_.raw();
  const JsonView* const data = json_.find("data");
  const bool has_data = data != nullptr && data->kind() == JsonView::Kind::object;
  std::vector<Splice> splices;
  std::vector<Secret> added;
  bool is_only_one = !has_data || data->members().empty();
  for (const Value& each : values) {
    Secret text = quoted_base64(each.bytes);
    if (const JsonView* const old = value(each.key)) {
      const auto at = static_cast<std::size_t>(old->raw().data() - body.data());
      splices.push_back({at, old->raw().size(), std::move(text)});
    } else {
      // Put in before those that are there, so the last of them has no comma if there are none.
      added.insert(added.begin(), first_member(each.key, text, is_only_one));
      is_only_one = false;
    }
  }
  if (!added.empty()) {
    const auto offset = [&](const JsonView& json) {
      return static_cast<std::size_t>(json.raw().data() - body.data());
    };
    if (has_data) {
      splices.push_back({offset(*data) + 1, 0, joined(added)});
    } else {
      added.insert(added.begin(), Secret::copy_of(data == nullptr ? "\"data\":{" : "{"));
      added.push_back(Secret::copy_of(data == nullptr ? "}," : "}"));
      const std::size_t at = data == nullptr ? 1 : offset(*data);
      splices.push_back({at, data == nullptr ? 0 : data->raw().size(), joined(added)});
    }
  }
  return spliced(body, std::move(splices));
}

bool SecretObject::holds(std::span<const Value> values) const {
  return std::ranges::all_of(values, [&](const Value& each) {
    const JsonView* const there = value(each.key);
    const Secret wanted = quoted_base64(each.bytes);
    return there != nullptr && wanted.reveal([&](std::string_view text) {
      return text == there->raw() || (text == "\"\"" && there->kind() == JsonView::Kind::null);
    });
  });
}

}  // namespace hookplan
