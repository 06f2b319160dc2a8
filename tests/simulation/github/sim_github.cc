// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/github/sim_github.h"

#include <algorithm>
#include <regex>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/hmac.h"
#include "core/base/instant.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "tests/simulation/ports.h"

namespace hookplan::simulation {
namespace {

constexpr std::string_view kHost = "https://api.github.com";

HttpResponse response(int status, const std::string& body = {}, HttpHeaders headers = {}) {
  return {status, std::move(headers), Secret::copy_of(body)};
}

HttpResponse not_found() { return response(404, R"({"message":"Not Found"})"); }

std::string text_of(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

// "/repos/o/r/hooks/1/config" is o/r, 1 and "/config".
struct Place {
  std::string entry = {};
  std::uint64_t hook = 0;
  std::string rest = {};
  bool is_hooks = false;
};
Place place_of(const std::string& path) {
  static const std::regex kForm(R"(/(?:repos|orgs)/([^/]+(?:/[^/]+)??)(/hooks(?:/(\d+)(/.*)?)?)?)");
  std::smatch parts;
  if (!std::regex_match(path, parts, kForm)) throw std::logic_error("no such path: " + path);
  return {parts[1], parts[3].matched ? std::stoull(parts[3]) : 0, parts[4], parts[2].matched};
}

std::vector<std::string> texts(const JsonValue& list) {
  std::vector<std::string> all;
  for (const JsonValue& each : list.items) all.push_back(each.string);
  std::ranges::sort(all);
  return all;
}

void write_hook(JsonWriter& json, const SimGithubHook& each) {
  json.begin_object();
  json.key("active").boolean(each.hook.active);
  json.key("config").begin_object();
  json.key("content_type").string("json");
  json.key("insecure_ssl").string("0");
  if (!each.hook.token.empty()) json.key("secret").string("********");
  json.key("url").string(each.hook.url);
  json.end_object();
  json.key("created_at").string(to_rfc3339({1'700'000'000, 0}));
  json.key("events").begin_array();
  for (const std::string& event : each.hook.events) json.string(event);
  json.end_array();
  json.key("id").integer(static_cast<std::int64_t>(each.id));
  json.end_object();
}

std::string body_of(const SimGithubHook& hook) {
  JsonWriter json;
  write_hook(json, hook);
  return json.take();
}

JsonValue read_json(const std::string& body) {
  return parse_service_json(body, "a request", Code::internal_error).value();
}

// What GitHub signs and logs.
std::string payload_of(std::uint64_t ping) { return fmt::format(R"({{"zen":{}}})", ping); }

}  // namespace

// --- what there is

GithubHost::GithubHost(World& its_world) : world(its_world) {
  for (const SimHook& hook : world.hooks) hooks.push_back({++last_id_, hook, {}});
  history_.emplace_back(0, hooks);
}

std::vector<SimGithubHook> GithubHost::shown(const std::string& entry) const {
  const std::vector<SimGithubHook>* seen = list_lag > 0 ? &history_.front().second : &hooks;
  for (const auto& [since, all] : history_) {
    if (list_lag > 0 && since <= world.now - list_lag) seen = &all;
  }
  std::vector<SimGithubHook> found;
  std::ranges::copy_if(*seen, std::back_inserter(found),
                       [&](const SimGithubHook& each) { return each.hook.entry == entry; });
  return found;
}

SimGithubHook* GithubHost::find(const std::string& entry, std::uint64_t id) {
  const auto found = std::ranges::find_if(
      hooks, [&](const SimGithubHook& each) { return each.id == id && each.hook.entry == entry; });
  return found == hooks.end() ? nullptr : &*found;
}

std::uint64_t GithubHost::add(const SimHook& hook) {
  hooks.push_back({++last_id_, hook, {}});
  changed();
  return last_id_;
}

void GithubHost::remove(std::uint64_t id) {
  std::erase_if(hooks, [&](const SimGithubHook& each) { return each.id == id; });
  changed();
}

void GithubHost::ping(SimGithubHook& hook) {
  const std::uint64_t id = ++last_id_;
  const SimHook& sender = hook.hook;
  const bool is_ours = world.stores.contains(World::store_of(sender.url));
  const bool accepted =
      !is_ours ||
      world.accepts(world.seen_by_receiver(World::store_of(sender.url)), sender, sender.entry);
  const std::string mac = hmac_sha256_hex(Secret::copy_of(sender.token), payload_of(id));
  hook.log.insert(
      hook.log.begin(),
      {id, accepted ? 200 : 403, sender.token.empty() ? "" : "sha256=" + mac, world.now + log_lag});
}

void GithubHost::changed() {
  if (world.is_watched) publish();
  if (list_lag > 0) history_.emplace_back(world.now, hooks);
}

void GithubHost::publish() {
  world.hooks.clear();
  for (const SimGithubHook& each : hooks) world.hooks.push_back(each.hook);
}

// --- exchanges

RequestId SimGithub::start(std::shared_ptr<const HttpRequest> request) {
  const RequestId id = next_id();
  std::int64_t takes = is_read(*request) ? read_seconds : 1;
  Result<HttpResponse> answer = exchange(*request, takes);
  pending_.push_back({id, host_.world.now + takes, std::move(answer)});
  return id;
}

// Nothing passes the time but this, so it must.
void SimGithub::work(RequestId id, std::chrono::milliseconds max) {
  if (id != RequestId::any && has_answer(id)) return;
  std::int64_t until = host_.world.now + std::max<std::int64_t>(1, max / std::chrono::seconds{1});
  for (const Pending& each : pending_)
    until = std::min(until, std::max(each.due, host_.world.now + 1));
  host_.world.tick(until - host_.world.now);
  for (auto each = pending_.begin(); each != pending_.end();) {
    if (each->due > host_.world.now) {
      ++each;
      continue;
    }
    answer(each->id, std::move(each->answer));
    each = pending_.erase(each);
  }
}

Result<HttpResponse> SimGithub::exchange(const HttpRequest& request, std::int64_t& takes) {
  constexpr std::int64_t kServerSeconds = 10;
  const std::string url = text_of(request.url);
  const std::string path = url.substr(kHost.size());
  const std::string host = host_of(request.url);
  if (is_dead_) return no_answer(host, "the run is dead");
  count(request);
  const bool writes_hook = !is_read(request) && !path.ends_with("/pings");
  const std::int64_t latest =
      host_.world.now + request.timeout / std::chrono::seconds{1} + kServerSeconds;
  if (writes_hook && lease_end && latest > lease_end())
    host_.world.violations.push_back(
        fmt::format("{} {} may still be under way when the lease ends", request.method, path));
  auto effect = [this, &host = host_, method = request.method, path, body = text_of(request.body)] {
    HttpResponse answer = act(method, path, body);
    if (method != "GET") host.world.check("after " + method + " " + path);
    return answer;
  };
  const auto fault = plan.find(++count_);
  if (fault == plan.end()) return effect();
  const auto no_answer_in_time = [&] {
    takes = request.timeout / std::chrono::seconds{1};
    return no_answer(host, "nothing came");
  };
  switch (fault->second) {
    case HttpFault::refused: return not_sent(host, "refused", "");
    case HttpFault::lost: static_cast<void>(effect()); return no_answer_in_time();
    case HttpFault::late:
      // The host outlives the run; this object does not.
      if (!is_read(request)) {
        auto later = std::make_shared<SimGithub>(host_);
        host_.world.delayed.push_back(
            {SIZE_MAX, latest,
             [later, method = request.method, path, body = text_of(request.body)] {
               static_cast<void>(later->act(method, path, body));
             }});
      }
      return no_answer_in_time();
    case HttpFault::server: static_cast<void>(effect()); return response(502, "{}");
    case HttpFault::unavailable: return response(503, "{}");
    case HttpFault::dead_after: static_cast<void>(effect()); [[fallthrough]];
    case HttpFault::dead_before: is_dead_ = true; return no_answer(host, "the run is dead");
    case HttpFault::slow: takes = is_read(request) ? 18 : 9; return effect();
  }
  throw std::logic_error("no such fault");
}

// --- the API

HttpResponse SimGithub::act(const std::string& method, const std::string& whole,
                            const std::string& body) {
  const std::string path = whole.substr(0, whole.find('?'));
  const Place place = place_of(path);
  if (!place.is_hooks) return response(200, R"({"id":7,"archived":false})");
  if (place.hook == 0)
    return method == "GET" ? list(place.entry, whole) : create(place.entry, body);
  SimGithubHook* const hook = host_.find(place.entry, place.hook);
  if (hook == nullptr) return not_found();
  return act_on_hook(method, *hook, place.rest, body);
}

HttpResponse SimGithub::list(const std::string& entry, const std::string& path) const {
  constexpr std::size_t kPage = 2;
  const std::size_t at = path.find("&page=");
  const std::size_t page = at == std::string::npos ? 1 : std::stoul(path.substr(at + 6));
  const std::vector<SimGithubHook> all = host_.shown(entry);
  JsonWriter json;
  json.begin_array();
  for (std::size_t i = (page - 1) * kPage; i < std::min(all.size(), page * kPage); ++i)
    write_hook(json, all[i]);
  json.end_array();
  HttpHeaders headers;
  if (all.size() > page * kPage)
    headers["link"] =
        fmt::format("<{}{}&page={}>; rel=\"next\"", kHost, path.substr(0, at), page + 1);
  return response(200, json.take(), std::move(headers));
}

HttpResponse SimGithub::create(const std::string& entry, const std::string& body) {
  const JsonValue json = read_json(body);
  const JsonValue& config = *json.find("config");
  const JsonValue* const secret = config.find("secret");
  const SimHook wanted{entry, config.find("url")->string,   secret ? secret->string : "",
                       false, json.find("active")->boolean, texts(*json.find("events"))};
  const bool exists = std::ranges::any_of(host_.hooks, [&](const SimGithubHook& each) {
    return each.hook.entry == entry && each.hook.url == wanted.url;
  });
  if (exists) {
    return response(422, R"({"message":"Validation Failed",
        "errors":[{"message":"Hook already exists on this repository"}]})");
  }
  SimGithubHook* const made = host_.find(entry, host_.add(wanted));
  host_.ping(*made);
  return response(201, body_of(*made));
}

HttpResponse SimGithub::act_on_hook(const std::string& method, SimGithubHook& each,
                                    const std::string& rest, const std::string& body) {
  SimHook& hook = each.hook;
  if (method == "DELETE") {
    host_.remove(each.id);
    return response(204);
  }
  if (method == "PATCH") {
    const JsonValue json = read_json(body);
    const JsonValue* const config = rest == "/config" ? &json : json.find("config");
    if (config != nullptr) {
      const JsonValue* const secret = config->find("secret");
      // A config that is replaced has no secret that it does not name.
      if (secret != nullptr || rest.empty()) hook.token = secret == nullptr ? "" : secret->string;
      if (const JsonValue* const url = config->find("url")) hook.url = url->string;
    }
    if (const JsonValue* const events = json.find("events")) hook.events = texts(*events);
    if (const JsonValue* const active = json.find("active")) hook.active = active->boolean;
    hook.broken = false;
    host_.changed();
    return response(200, body_of(each));
  }
  if (rest == "/pings") {
    host_.ping(each);
    return response(204);
  }
  if (rest.empty()) return response(200, body_of(each));
  JsonWriter json;
  json.begin_array();
  for (const SimPing& ping : each.log) {
    if (ping.shown_from > host_.world.now) continue;
    if (rest == fmt::format("/deliveries/{}", ping.id)) {
      return response(
          200, fmt::format(R"({{"id":{},"request":{{"headers":{{"X-Hub-Signature-256":"{}"}},)"
                           R"("payload":{}}}}})",
                           ping.id, ping.signature, payload_of(ping.id)));
    }
    json.begin_object();
    json.key("delivered_at").string(to_rfc3339({host_.world.now, 0}));
    json.key("event").string("ping");
    json.key("guid").string(fmt::format("g{}", ping.id));
    json.key("id").integer(static_cast<std::int64_t>(ping.id));
    json.key("status_code").integer(ping.status);
    json.end_object();
  }
  json.end_array();
  return rest == "/deliveries" ? response(200, json.take()) : not_found();
}

void SimGithub::count(const HttpRequest& request) {
  if (asked == nullptr) return;
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 3600;
  const std::int64_t now = host_.world.now;
  Asked& by = (*asked)[text_of(request.credential.value)];
  const auto keep = [&](auto& times, std::int64_t span, const auto& time_of) {
    while (!times.empty() && time_of(times.front()) <= now - span) times.pop_front();
  };
  const auto itself = [](std::int64_t time) { return time; };
  by.requests.push_back(now);
  keep(by.requests, kHour, itself);
  by.max_requests_an_hour = std::max(by.max_requests_an_hour, by.requests.size());
  by.points.emplace_back(now, is_read(request) ? 1 : 5);
  keep(by.points, kMinute, [](const auto& one) { return one.first; });
  int points = 0;
  for (const auto& [time, each] : by.points) points += each;
  by.max_points = std::max(by.max_points, points);
  if (is_read(request)) return;
  if (!by.writes.empty()) by.least_gap = std::min(by.least_gap, now - by.writes.back());
  by.writes.push_back(now);
  keep(by.writes, kHour, itself);
  by.max_writes_an_hour = std::max(by.max_writes_an_hour, by.writes.size());
  const auto recent = static_cast<std::size_t>(
      std::ranges::count_if(by.writes, [&](std::int64_t time) { return time > now - kMinute; }));
  by.max_writes_a_minute = std::max(by.max_writes_a_minute, recent);
}

}  // namespace hookplan::simulation
