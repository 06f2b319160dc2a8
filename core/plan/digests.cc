// SPDX-License-Identifier: Apache-2.0
#include "core/plan/digests.h"

#include "core/base/digest.h"
#include "core/config/route_json.h"

namespace hookplan {
namespace {

// Part of what is signed: never change what a name stands for, give the new form a new name.
constexpr std::string_view kChangeFormat = "hookplan.change/v1";
constexpr std::string_view kIntentFormat = "hookplan.intent/v1";

void write_change(JsonWriter& json, const Change& change) {
  json.begin_object();
  write_state(json.key("after"), change.after);
  write_state(json.key("before"), change.before);
  json.key("entry").string(change.entry);
  json.key("kind").string(to_string(change.kind));
  json.key("scope").string(to_string(change.scope()));
  json.end_object();
}

std::string digest_of(std::string_view format, const std::string& json) {
  return "sha256:" + sha256_hex(std::string(format) + "\n" + json);
}

}  // namespace

void write_state(JsonWriter& json, const std::optional<EntryState>& state) {
  if (!state) return json.null();
  json.begin_object();
  if (state->route) write_route(json.key("route"), *state->route);
  json.key("token_created_after").string(to_rfc3339(state->token_created_after));
  json.end_object();
}

std::string change_digest(const Change& change) {
  JsonWriter json;
  write_change(json, change);
  return digest_of(kChangeFormat, json.take());
}

std::string intent_digest(std::string_view path, const std::vector<Change>& changes,
                          const std::vector<SettingChange>& settings) {
  JsonWriter json;
  json.begin_object();
  json.key("changes");
  json.begin_array();
  for (const Change& change : changes) write_change(json, change);
  json.end_array();
  json.key("path").string(path);
  json.key("schema").string(kIntentFormat);
  json.key("settings");
  json.begin_object();
  for (const SettingChange& setting : settings) {
    json.key(setting.name);
    json.begin_object();
    json.key("after").boolean(setting.after);
    json.key("before").boolean(setting.before);
    json.end_object();
  }
  json.end_object();
  json.end_object();
  return digest_of(kIntentFormat, json.take());
}

}  // namespace hookplan
