// SPDX-License-Identifier: Apache-2.0
#include "core/ports/ledger.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/json_shape.h"
#include "core/base/text.h"
#include "core/config/route_json.h"

namespace hookplan {
namespace {

// Never reuse: another shape gets another number.
constexpr std::string_view kSchema = "hookplan.ledger/v1";
constexpr std::string_view kSchemaFamily = "hookplan.ledger/";

void write_texts(JsonWriter& json, const auto& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_instant(JsonWriter& json, const std::optional<Instant>& instant) {
  if (instant) {
    json.string(to_rfc3339(*instant));
  } else {
    json.null();
  }
}

void write_routes(JsonWriter& json, const std::vector<Route>& routes) {
  json.begin_array();
  for (const Route& route : routes) write_route(json, route);
  json.end_array();
}

void write_entry(JsonWriter& json, const LedgerEntry& entry) {
  json.begin_object();
  json.key("after").string(entry.after);
  json.key("keeps_hook").boolean(entry.keeps_hook);
  json.key("overlap_seconds").integer(entry.overlap.count());
  json.key("plan").string(entry.plan);
  write_routes(json.key("previous_routes"), entry.previous_routes);
  write_instant(json.key("reached"), entry.reached);
  json.key("renamed_to").string(entry.renamed_to);
  write_route(json.key("route"), entry.route);
  json.key("superseded").begin_array();
  for (const Instant created : entry.superseded) json.string(to_rfc3339(created));
  json.end_array();
  json.key("token").string(to_rfc3339(entry.token));
  json.key("wanted").boolean(entry.wanted);
  json.end_object();
}

void write_lease(JsonWriter& json, const std::optional<Lease>& lease) {
  if (!lease) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("holder").string(lease->holder);
  json.key("longest_call_seconds").integer(lease->longest_call.count());
  json.key("renewed").string(to_rfc3339(lease->renewed));
  json.key("run").string(lease->run);
  json.key("since").string(to_rfc3339(lease->since));
  json.key("until").string(to_rfc3339(lease->until));
  json.end_object();
}

void write_plan(JsonWriter& json, const LedgerPlan& plan) {
  json.begin_object();
  json.key("applied").string(to_rfc3339(plan.applied));
  json.key("commit").string(plan.commit);
  json.key("config").string(plan.config);
  json.key("created").string(to_rfc3339(plan.created));
  json.key("digest").string(plan.digest);
  json.key("finished").boolean(plan.finished);
  json.key("given").begin_object();
  for (const auto& [entry, created] : plan.given) json.key(entry).string(to_rfc3339(created));
  json.end_object();
  write_texts(json.key("left_out"), plan.left_out);
  json.key("omitted").boolean(plan.omitted);
  json.end_object();
}

void write_hooks(JsonWriter& json, const std::vector<KnownHooks>& hooks) {
  json.begin_array();
  for (const KnownHooks& known : hooks) {
    json.begin_object();
    json.key("entries").begin_object();
    for (const auto& [entry, ids] : known.ids) {
      json.key(entry).begin_object();
      json.key("hook").string(ids.hook);
      json.key("target").string(ids.target);
      json.end_object();
    }
    json.end_object();
    write_service(json.key("forge"), known.forge);
    json.end_object();
  }
  json.end_array();
}

Instant read_instant(const JsonNode& node) {
  const std::optional<Instant> instant = instant_from_canonical(node.text());
  if (!instant) node.fail("is not an instant in UTC");
  return *instant;
}

std::optional<Instant> read_instant_or_null(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  return read_instant(node);
}

std::chrono::seconds read_seconds(const JsonNode& node) {
  const std::int64_t seconds = node.number();
  if (seconds > kMaxOverlap.count()) node.fail("is not a number of seconds in use");
  return std::chrono::seconds(seconds);
}

std::optional<Lease> read_lease(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"holder", "longest_call_seconds", "renewed", "run", "since", "until"});
  return Lease{node.at("run").text(),          node.at("holder").text(),
               read_instant(node.at("since")), read_instant(node.at("renewed")),
               read_instant(node.at("until")), read_seconds(node.at("longest_call_seconds"))};
}

LedgerEntry read_entry(const JsonNode& node) {
  node.has_exactly({"after", "keeps_hook", "overlap_seconds", "plan", "previous_routes", "reached",
                    "renamed_to", "route", "superseded", "token", "wanted"});
  LedgerEntry entry;
  entry.after = node.at("after").text();
  entry.keeps_hook = node.at("keeps_hook").boolean();
  entry.previous_routes = node.at("previous_routes").list(read_route);
  entry.overlap = read_seconds(node.at("overlap_seconds"));
  entry.plan = node.at("plan").text();
  entry.reached = read_instant_or_null(node.at("reached"));
  entry.renamed_to = node.at("renamed_to").text();
  entry.route = read_route(node.at("route"));
  entry.superseded = node.at("superseded").list(read_instant);
  entry.token = read_instant(node.at("token"));
  entry.wanted = node.at("wanted").boolean();
  return entry;
}

KnownHooks read_hooks(const JsonNode& node) {
  node.has_exactly({"entries", "forge"});
  KnownHooks known;
  node.at("entries").each_member([&](const std::string& entry, const JsonNode& ids) {
    ids.has_exactly({"hook", "target"});
    known.ids.emplace(entry, HookIds{ids.at("hook").text(), ids.at("target").text()});
  });
  known.forge = read_service(node.at("forge"));
  return known;
}

LedgerPlan read_plan(const JsonNode& node) {
  node.has_exactly({"applied", "commit", "config", "created", "digest", "finished", "given",
                    "left_out", "omitted"});
  LedgerPlan plan;
  plan.applied = read_instant(node.at("applied"));
  plan.commit = node.at("commit").text();
  plan.config = node.at("config").text();
  plan.created = read_instant(node.at("created"));
  plan.digest = node.at("digest").text();
  plan.finished = node.at("finished").boolean();
  node.at("given").each_member([&](const std::string& entry, const JsonNode& created) {
    plan.given.emplace(entry, read_instant(created));
  });
  const auto left_out =
      node.at("left_out").list([](const JsonNode& entry) { return entry.text(); });
  plan.left_out.insert(left_out.begin(), left_out.end());
  plan.omitted = node.at("omitted").boolean();
  return plan;
}

Ledger read_ledger(const JsonNode& root) {
  root.has_exactly({"copies", "entries", "former_stores", "global_retired", "hooks", "in_doubt",
                    "lease", "newest_token", "plans", "retires_global", "schema"});
  if (root.at("schema").text() != kSchema) root.at("schema").fail("is not known");
  Ledger ledger;
  root.at("entries").each_member([&](const std::string& name, const JsonNode& entry) {
    ledger.entries.emplace(name, read_entry(entry));
  });
  root.at("copies").each_member([&](const std::string& name, const JsonNode& copies) {
    const auto entries = copies.list([](const JsonNode& entry) { return entry.text(); });
    ledger.copies[name].insert(entries.begin(), entries.end());
  });
  ledger.global_retired = read_instant_or_null(root.at("global_retired"));
  ledger.former_stores = root.at("former_stores").list(read_route);
  ledger.hooks = root.at("hooks").list(read_hooks);
  const auto in_doubt =
      root.at("in_doubt").list([](const JsonNode& entry) { return entry.text(); });
  ledger.in_doubt.insert(in_doubt.begin(), in_doubt.end());
  ledger.lease = read_lease(root.at("lease"));
  ledger.newest_token = read_instant(root.at("newest_token"));
  ledger.plans = root.at("plans").list(read_plan);
  ledger.retires_global = root.at("retires_global").boolean();
  if (ledger.plans.size() > kMaxLedgerPlans) {
    root.at("plans").fail(fmt::format("has more than {} items", kMaxLedgerPlans));
  }
  return ledger;
}

Error ledger_error(std::string_view path, std::string_view what) {
  return fail(Code::ledger_unreadable, "the ledger: {}", what).at(path);
}

bool is_service(const KnownHooks& known, const Part& forge) {
  return known.forge.type == forge.type && known.forge.fields == forge.fields;
}

}  // namespace

const HookIds* Ledger::hook_of(const std::string& entry, const Part& forge) const {
  for (const KnownHooks& known : hooks) {
    if (!is_service(known, forge)) continue;
    const auto found = known.ids.find(entry);
    if (found != known.ids.end()) return &found->second;
  }
  return nullptr;
}

void Ledger::remember_hook(const std::string& entry, const Part& forge, const HookIds& ids) {
  const auto service = [&](const KnownHooks& known) { return is_service(known, forge); };
  auto known = std::ranges::find_if(hooks, service);
  if (ids.is_empty()) {
    if (known != hooks.end() && known->ids.erase(entry) != 0 && known->ids.empty())
      hooks.erase(known);
    return;
  }
  if (known == hooks.end()) {
    hooks.push_back({Part{{}, forge.type, forge.fields}, {}});
    known = std::prev(hooks.end());
  }
  known->ids.insert_or_assign(entry, ids);
}

std::string to_json(const Ledger& ledger) {
  JsonWriter json;
  json.begin_object();
  json.key("copies").begin_object();
  for (const auto& [name, entries] : ledger.copies) write_texts(json.key(name), entries);
  json.end_object();
  json.key("entries").begin_object();
  for (const auto& [name, entry] : ledger.entries) write_entry(json.key(name), entry);
  json.end_object();
  write_routes(json.key("former_stores"), ledger.former_stores);
  write_instant(json.key("global_retired"), ledger.global_retired);
  write_hooks(json.key("hooks"), ledger.hooks);
  write_texts(json.key("in_doubt"), ledger.in_doubt);
  write_lease(json.key("lease"), ledger.lease);
  json.key("newest_token").string(to_rfc3339(ledger.newest_token));
  json.key("plans").begin_array();
  // The oldest go first: what is asked of the list is asked of its end.
  const std::size_t extra = ledger.plans.size() - std::min(ledger.plans.size(), kMaxLedgerPlans);
  for (std::size_t i = extra; i < ledger.plans.size(); ++i) write_plan(json, ledger.plans[i]);
  json.end_array();
  json.key("retires_global").boolean(ledger.retires_global);
  json.key("schema").string(kSchema);
  json.end_object();
  return json.take() + '\n';
}

Result<Ledger> ledger_from_json(std::string_view bytes, std::string_view path) {
  TRY(const JsonValue root, parse_json(bytes, path, "the ledger", Code::ledger_unreadable));
  // First of all: what a newer build wrote has other members, too.
  const JsonValue* const schema = root.find("schema");
  if (schema != nullptr && schema->kind == JsonValue::Kind::string && schema->string != kSchema) {
    const bool is_ours = schema->string.starts_with(kSchemaFamily);
    return ledger_error(path, fmt::format("schema is {}, not {}", excerpt(schema->string), kSchema))
        .field("schema")
        .hint(is_ours ? "a newer build wrote it: use that build or a later one" : "");
  }
  try {
    return read_ledger(JsonNode(root, {}));
  } catch (const WrongShape& wrong) {
    return ledger_error(
               path, fmt::format("{} {}", wrong.where.empty() ? "it" : wrong.where, wrong.problem))
        .field(wrong.where);
  }
}

}  // namespace hookplan
