// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/contradiction.h"
#include "core/plan/digests.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

// Leaves the reading functions at the first wrong member; never leaves this file.
struct WrongShape {
  std::string where;
  std::string problem;
};

// A value and the way to it, for messages.
class Node {
 public:
  Node(const JsonValue& value, std::string where) : value_(value), where_(std::move(where)) {}

  [[noreturn]] void fail(std::string problem) const {
    throw WrongShape{where_, std::move(problem)};
  }

  // REQUIRES an object with exactly these members, or fails.
  void has_exactly(std::initializer_list<std::string_view> names) const {
    expect(JsonValue::Kind::object, "an object");
    for (const JsonValue::Member& member : value_.members) {
      if (std::ranges::find(names, member.first) == names.end()) {
        fail(fmt::format("has the unknown member {}", printable(member.first)));
      }
    }
    for (const std::string_view name : names) {
      if (value_.find(name) == nullptr) fail(fmt::format("has no member {}", name));
    }
  }

  Node at(std::string_view name) const {
    expect(JsonValue::Kind::object, "an object");
    const JsonValue* const member = value_.find(name);
    if (member == nullptr) fail(fmt::format("has no member {}", name));
    return {*member, where_.empty() ? std::string(name) : fmt::format("{}.{}", where_, name)};
  }

  const std::string& text() const {
    expect(JsonValue::Kind::string, "text");
    return value_.string;
  }
  bool boolean() const {
    expect(JsonValue::Kind::boolean, "true or false");
    return value_.boolean;
  }
  std::int64_t number() const {
    expect(JsonValue::Kind::integer, "a whole number");
    if (value_.integer < 0) fail("must not be negative");
    return value_.integer;
  }
  std::uint32_t line() const {
    const std::int64_t given = number();
    if (given > 0xFFFF'FFFF) fail("is too large");
    return static_cast<std::uint32_t>(given);
  }
  bool is_null() const { return value_.kind == JsonValue::Kind::null; }
  const JsonValue& value() const { return value_; }

  // REQUIRES so many lower-case hexadecimal digits, or fails.
  const std::string& hex(std::size_t digits) const {
    if (text().size() != digits ||
        text().find_first_not_of("0123456789abcdef") != std::string::npos) {
      fail(fmt::format("is not {} hexadecimal digits", digits));
    }
    return value_.string;
  }

  template <typename Read>
  auto list(Read read) const {
    expect(JsonValue::Kind::array, "a list");
    std::vector<decltype(read(*this))> all;
    all.reserve(value_.items.size());
    for (const JsonValue& item : value_.items) {
      all.push_back(read(Node(item, fmt::format("{}[{}]", where_, all.size()))));
    }
    return all;
  }

 private:
  void expect(JsonValue::Kind kind, std::string_view what) const {
    if (value_.kind != kind) fail(fmt::format("is not {}", what));
  }

  const JsonValue& value_;
  std::string where_;
};

template <typename Enum>
Enum read_enum(const Node& node, std::initializer_list<Enum> values) {
  for (const Enum value : values) {
    if (node.text() == to_string(value)) return value;
  }
  node.fail(fmt::format("is {}, which is not known", printable(node.text())));
}

Route read_route(const Node& node) {
  node.has_exactly({"events", "forge", "receiver"});
  Route route;
  route.events = node.at("events").list([](const Node& event) { return event.text(); });
  const Node forge = node.at("forge");
  forge.has_exactly({"api", "name", "type"});
  route.forge_api = forge.at("api").text();
  route.forge = forge.at("name").text();
  route.forge_type = forge.at("type").text();
  const Node receiver = node.at("receiver");
  receiver.has_exactly({"name", "store", "type", "url"});
  route.receiver = receiver.at("name").text();
  route.receiver_type = receiver.at("type").text();
  route.url = receiver.at("url").text();
  const Node store = receiver.at("store");
  for (const JsonValue::Member& member : store.value().members) {
    if (member.first.empty()) store.fail("has a member without a name");
    route.store[member.first] = Node(member.second, "receiver.store." + member.first).text();
  }
  return route;
}

Instant read_instant(const Node& node) {
  const auto instant = instant_from_rfc3339(node.text());
  if (!instant || to_rfc3339(*instant) != node.text()) node.fail("is not an instant in UTC");
  return *instant;
}

std::optional<Validity> read_validity(const Node& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"created", "expires"});
  const Validity validity{read_instant(node.at("created")), read_instant(node.at("expires"))};
  if (validity.expires < validity.created) node.fail("ends before it begins");
  return validity;
}

std::optional<EntryState> read_state(const Node& node) {
  if (node.is_null()) return std::nullopt;
  const bool routed = node.value().find("route") != nullptr;
  if (routed) {
    node.has_exactly({"route", "token_created_after"});
  } else {
    node.has_exactly({"token_created_after"});
  }
  EntryState state;
  state.token_created_after = read_instant(node.at("token_created_after"));
  if (routed) state.route = read_route(node.at("route"));
  return state;
}

LineRange read_lines(const Node& node) {
  if (node.is_null()) return {};
  node.has_exactly({"end_line", "line"});
  return {node.at("line").line(), node.at("end_line").line()};
}

std::optional<Relation> read_relation(const Node& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"entry", "kind"});
  return Relation{read_enum(node.at("kind"), {RelationKind::case_rename, RelationKind::move}),
                  node.at("entry").text()};
}

Change read_change(const Node& node) {
  node.has_exactly({"after", "before", "consequence", "digest", "entry", "kind", "protected",
                    "reason", "relation", "reversible", "scope", "source"});
  Change change;
  change.kind =
      read_enum(node.at("kind"), {ChangeKind::remove, ChangeKind::reroute, ChangeKind::rotate,
                                  ChangeKind::onboard, ChangeKind::relax});
  change.entry = node.at("entry").text();
  change.before = read_state(node.at("before"));
  change.after = read_state(node.at("after"));
  if (change.before.has_value() == (change.kind == ChangeKind::onboard)) {
    node.at("before").fail("does not fit the kind of the change");
  }
  if (change.after.has_value() == (change.kind == ChangeKind::remove)) {
    node.at("after").fail("does not fit the kind of the change");
  }
  change.is_protected = node.at("protected").boolean();
  change.relation = read_relation(node.at("relation"));
  change.digest = node.at("digest").text();
  change.reason = node.at("reason").text();
  change.consequence = node.at("consequence").text();
  const Node reversible = node.at("reversible");
  reversible.has_exactly({"how", "until"});
  change.reversible = {reversible.at("until").text(), reversible.at("how").text()};
  if (node.at("scope").text() != to_string(change.scope()))
    node.at("scope").fail("does not fit the entry");
  const Node source = node.at("source");
  source.has_exactly({"after", "before"});
  change.lines_before = read_lines(source.at("before"));
  change.lines_after = read_lines(source.at("after"));
  return change;
}

SettingChange read_setting(const Node& node) {
  node.has_exactly({"after", "before", "consequence", "name", "source"});
  const Node source = node.at("source");
  source.has_exactly({"after", "before"});
  const std::string& name = node.at("name").text();
  if (name != "auto_accept_invitation" && name != "respect_legacy_global_token") {
    node.at("name").fail("is not known");
  }
  return {name,
          node.at("before").boolean(),
          node.at("after").boolean(),
          read_lines(source.at("before")),
          read_lines(source.at("after")),
          node.at("consequence").text()};
}

Diagnostic read_diagnostic(const Node& node) {
  node.has_exactly({"code", "entry", "field", "hint", "message", "severity", "source"});
  Diagnostic diagnostic;
  const auto code = code_from_string(node.at("code").text());
  if (!code) node.at("code").fail("is not known");
  diagnostic.code = *code;
  diagnostic.severity =
      read_enum(node.at("severity"), {Severity::error, Severity::warning, Severity::notice});
  diagnostic.entry = node.at("entry").text();
  diagnostic.field = node.at("field").text();
  diagnostic.hint = node.at("hint").text();
  diagnostic.message = node.at("message").text();
  const Node source = node.at("source");
  source.has_exactly({"column", "line", "path", "side"});
  const std::string& side = source.at("side").text();
  if (side != "before" && side != "after" && side != "none") source.at("side").fail("is not known");
  diagnostic.where = {source.at("path").text(), source.at("line").line(),
                      source.at("column").line(),
                      side == "before"  ? Side::before
                      : side == "after" ? Side::after
                                        : Side::none};
  return diagnostic;
}

GuardVerdict read_guard(const Node& node) {
  node.has_exactly({"id", "limit", "observed", "remedy", "result"});
  return {node.at("id").text(), node.at("limit").text(), node.at("observed").text(),
          read_enum(node.at("result"), {GuardResult::pass, GuardResult::block}),
          node.at("remedy").text()};
}

std::optional<FileProvenance> read_file(const Node& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"blob", "sha256", "size"});
  return FileProvenance{node.at("blob").hex(40), node.at("sha256").hex(64),
                        static_cast<std::uint64_t>(node.at("size").number())};
}

SideProvenance read_side(const Node& node) {
  if (node.is_null()) return {};
  node.has_exactly({"commit", "config", "settings", "tree"});
  return {node.at("commit").hex(40), node.at("tree").hex(40), read_file(node.at("config")),
          read_file(node.at("settings"))};
}

Provenance read_provenance(const Node& node) {
  node.has_exactly({"base", "base_rule", "branch", "head", "path", "path_rule", "repository"});
  return {node.at("repository").text(), node.at("branch").text(),    node.at("path").text(),
          node.at("path_rule").text(),  node.at("base_rule").text(), read_side(node.at("base")),
          read_side(node.at("head"))};
}

Summary read_summary(const Node& node) {
  node.has_exactly({"onboard", "relax", "remove", "reroute", "rotate", "unchanged"});
  return {node.at("onboard").number(), node.at("rotate").number(), node.at("remove").number(),
          node.at("reroute").number(), node.at("relax").number(),  node.at("unchanged").number()};
}

Plan read_plan(const JsonValue& root) {
  const Node statement(root, {});
  statement.has_exactly({"_type", "predicate", "predicateType", "subject"});
  const Node predicate = statement.at("predicate");
  predicate.has_exactly({"changes", "diagnostics", "guards", "intent_digest", "overlap_seconds",
                         "provenance", "settings", "summary", "tool", "validity"});
  Plan plan;
  plan.changes = predicate.at("changes").list(read_change);
  plan.diagnostics = predicate.at("diagnostics").list(read_diagnostic);
  plan.guards = predicate.at("guards").list(read_guard);
  plan.intent_digest = predicate.at("intent_digest").text();
  plan.overlap = std::chrono::seconds(predicate.at("overlap_seconds").number());
  plan.provenance = read_provenance(predicate.at("provenance"));
  plan.settings = predicate.at("settings").list(read_setting);
  const bool ordered =
      std::ranges::is_sorted(plan.settings, std::ranges::less_equal(), &SettingChange::name);
  if (!ordered || plan.settings.size() > 2) predicate.at("settings").fail("is not in order");
  plan.summary = read_summary(predicate.at("summary"));
  const Node tool = predicate.at("tool");
  tool.has_exactly({"name", "version"});
  plan.tool_version = tool.at("version").text();
  plan.validity = read_validity(predicate.at("validity"));
  return plan;
}

Error plan_error(ErrorKind kind, Code code, std::string message, std::string_view path) {
  Diagnostic diagnostic =
      diagnose(code, std::move(message), std::string(catalog_entry(code).remedy));
  diagnostic.where.path = path;
  return {kind, std::move(diagnostic)};
}

Summary counts_of(const Plan& plan) {
  Summary counts;
  for (const Change& change : plan.changes) {
    switch (change.kind) {
      case ChangeKind::remove: ++counts.remove; break;
      case ChangeKind::reroute: ++counts.reroute; break;
      case ChangeKind::rotate: ++counts.rotate; break;
      case ChangeKind::onboard: ++counts.onboard; break;
      case ChangeKind::relax: ++counts.relax; break;
    }
  }
  counts.unchanged = plan.summary.unchanged;
  return counts;
}

// What the plan says about itself must agree with what it says.
Result<void> check_digests(const Plan& plan, std::string_view bytes, std::string_view path) {
  const auto altered = [&](std::string message) {
    return plan_error(ErrorKind::altered, Code::plan_altered, std::move(message), path);
  };
  for (const Change& change : plan.changes) {
    if (change_digest(change) == change.digest) continue;
    return altered(fmt::format("the digest of {} {} does not fit", to_string(change.kind),
                               printable(change.entry)));
  }
  if (intent_digest(plan.provenance.path, plan.changes, plan.settings) != plan.intent_digest) {
    return altered("the intent digest does not fit the changes");
  }
  if (counts_of(plan) != plan.summary) return altered("the summary does not fit the changes");
  if (const std::string problem = contradiction(plan); !problem.empty()) return altered(problem);
  // Covers the rest: the order of changes, the subject, white space.
  if (to_json(plan) != bytes) return altered("the bytes are not those of the plan they hold");
  return {};
}

}  // namespace

Result<Plan> plan_from_json(std::string_view bytes, std::string_view path) {
  TRY(const JsonValue root, parse_json(bytes, path));
  const auto type_of = [&](std::string_view name) -> std::string_view {
    const JsonValue* const member = root.find(name);
    return member == nullptr ? std::string_view() : std::string_view(member->string);
  };
  for (const auto& [name, wanted] :
       {std::pair{"_type", kStatementType}, std::pair{"predicateType", kPredicateType}}) {
    if (type_of(name) == wanted) continue;
    return plan_error(ErrorKind::plan_file, Code::plan_wrong_type,
                      fmt::format("not a change plan: {} is \"{}\"", name, excerpt(type_of(name))),
                      path);
  }
  Plan plan;
  try {
    plan = read_plan(root);
  } catch (const WrongShape& wrong) {
    Error error = plan_error(
        ErrorKind::plan_file, Code::plan_wrong_shape,
        fmt::format("{} {}", wrong.where.empty() ? "the statement" : wrong.where, wrong.problem),
        path);
    error.diagnostics.front().field = wrong.where;
    return error;
  }
  TRY_(check_digests(plan, bytes, path));
  return plan;
}

}  // namespace hookplan
