// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_hook.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/secret_json.h"
#include "core/base/text.h"
#include "plugins/github/github_api.h"

namespace hookplan {
namespace {

GithubHook hook_from(const JsonValue& json) {
  GithubHook hook;
  hook.id = text_at(json, "id");
  hook.created = text_at(json, "created_at");
  if (const JsonValue* const active = json.find("active")) hook.is_active = active->boolean;
  if (const JsonValue* const events = json.find("events")) {
    for (const JsonValue& event : events->items) hook.events.push_back(event.string);
  }
  std::ranges::sort(hook.events);
  if (const JsonValue* const config = json.find("config")) {
    hook.has_secret = !text_at(*config, "secret").empty();
    // A text, or a number, which is one here.
    const std::string_view insecure = text_at(*config, "insecure_ssl");
    hook.checks_tls = insecure.empty() || insecure == "0";
    hook.content_type = text_at(*config, "content_type");
  }
  if (const JsonValue* const last = json.find("last_response")) {
    hook.last_status = text_at(*last, "code");
    hook.last_message = text_at(*last, "message");
  }
  return hook;
}

bool leads_to(const JsonValue& json, const Secret& url) {
  const JsonValue* const config = json.find("config");
  const std::string_view theirs = config == nullptr ? std::string_view() : text_at(*config, "url");
  return url.reveal([&](std::string_view ours) { return ours == theirs; });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

void add_config(SecretJson& json, const Hook& hook, const Secret& token) {
  json.raw(R"("config":{"content_type":"json","insecure_ssl":"0","secret":)").text(token);
  json.raw(R"(,"url":)").text(hook.url).raw("}");
}

void add_events(SecretJson& json, const Hook& hook) {
  json.raw(R"("active":true,"events":[)");
  bool is_first = true;
  for (const std::string& event : hook.route.events) {
    if (!std::exchange(is_first, false)) json.raw(",");
    json.text(event);
  }
  json.raw("]");
}

}  // namespace

Result<std::vector<GithubHook>> hooks_on(const HttpResponse& page, const Secret& url) {
  TRY(const JsonValue list, json_of(page));
  if (list.kind != JsonValue::Kind::array)
    return fail(Code::forge_odd_answer, "GitHub answered something else than a list of hooks");
  std::vector<GithubHook> hooks;
  for (const JsonValue& each : list.items) {
    if (!leads_to(each, url)) continue;
    hooks.push_back(hook_from(each));
    if (!is_number(hooks.back().id))
      return fail(Code::forge_odd_answer, "GitHub lists a hook whose id is not a number");
  }
  return hooks;
}

Result<std::optional<GithubHook>> hook_in(const HttpResponse& answer, const Secret& url) {
  TRY(const JsonValue json, json_of(answer));
  if (json.kind != JsonValue::Kind::object)
    return fail(Code::forge_odd_answer, "GitHub answered something else than a hook");
  if (!leads_to(json, url)) return std::optional<GithubHook>();
  return std::optional(hook_from(json));
}

void sort_by_age(std::vector<GithubHook>& hooks) {
  // RFC 3339 of one form sorts as text, and ids as numbers do once their lengths are equal.
  std::ranges::stable_sort(hooks, [](const GithubHook& one, const GithubHook& other) {
    if (one.created != other.created) return one.created < other.created;
    if (one.id.size() != other.id.size()) return one.id.size() < other.id.size();
    return one.id < other.id;
  });
}

Secret body_of_hook(const Hook& hook, const Secret& token, bool is_new) {
  SecretJson json;
  json.raw(is_new ? R"({"name":"web",)" : "{");
  add_events(json, hook);
  json.raw(",");
  add_config(json, hook, token);
  return json.raw("}").take();
}

Secret body_of_config(const Hook& hook, const Secret& token) {
  SecretJson json;
  json.raw(R"({"content_type":"json","insecure_ssl":"0","secret":)").text(token);
  return json.raw(R"(,"url":)").text(hook.url).raw("}").take();
}

bool sends_what_is_asked(const GithubHook& found, const Hook& hook) {
  return found.is_active && found.events == hook.route.events;
}

std::string note_on(const GithubHook& hook, std::size_t number) {
  std::vector<std::string> notes;
  if (number > 1)
    notes.push_back(fmt::format("{} hooks lead to its receiver; the oldest counts", number));
  if (!hook.has_secret)
    notes.emplace_back("its hook has no secret, so its deliveries are not signed");
  if (!hook.checks_tls) notes.emplace_back("its hook does not check the receiver's certificate");
  if (hook.content_type == "form") notes.emplace_back("its hook sends forms, not JSON");
  if (hook.last_status == "401" || hook.last_status == "403") {
    notes.push_back(fmt::format(
        "the receiver refused its last delivery ({}): the secret may be wrong", hook.last_status));
  } else if (!hook.last_status.empty() && !hook.last_status.starts_with('2')) {
    notes.push_back(fmt::format("its last delivery got {} {}", excerpt(hook.last_status),
                                excerpt(hook.last_message)));
  }
  return fmt::format("{}", fmt::join(notes, "; "));
}

}  // namespace hookplan
