// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "core/base/json_shape.h"
#include "core/base/text.h"
#include "core/config/route_json.h"
#include "core/plan/contradiction.h"
#include "core/plan/digests.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

template <typename Enum>
Enum read_enum(const JsonNode& node, std::initializer_list<Enum> values) {
  for (const Enum value : values) {
    if (node.text() == to_string(value)) return value;
  }
  node.fail(fmt::format("is {}, which is not known", printable(node.text())));
}

Instant read_instant(const JsonNode& node) {
  const std::optional<Instant> instant = instant_from_canonical(node.text());
  if (!instant) node.fail("is not an instant in UTC");
  return *instant;
}

std::optional<Validity> read_validity(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"created", "expires"});
  const Validity validity{read_instant(node.at("created")), read_instant(node.at("expires"))};
  if (validity.expires < validity.created) node.fail("ends before it begins");
  return validity;
}

std::optional<EntryState> read_state(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  const bool routed = node.has("route");
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

LineRange read_lines(const JsonNode& node) {
  if (node.is_null()) return {};
  node.has_exactly({"end_line", "line"});
  return {node.at("line").line(), node.at("end_line").line()};
}

std::optional<Relation> read_relation(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"entry", "kind"});
  return Relation{read_enum(node.at("kind"),
                            {RelationKind::case_rename, RelationKind::move, RelationKind::rename}),
                  node.at("entry").text()};
}

Change read_change(const JsonNode& node) {
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
  const JsonNode reversible = node.at("reversible");
  reversible.has_exactly({"how", "until"});
  change.reversible = {reversible.at("until").text(), reversible.at("how").text()};
  if (node.at("scope").text() != to_string(change.scope()))
    node.at("scope").fail("does not fit the entry");
  const JsonNode source = node.at("source");
  source.has_exactly({"after", "before"});
  change.lines_before = read_lines(source.at("before"));
  change.lines_after = read_lines(source.at("after"));
  return change;
}

SettingChange read_setting(const JsonNode& node) {
  node.has_exactly({"after", "before", "consequence", "name", "source"});
  const JsonNode source = node.at("source");
  source.has_exactly({"after", "before"});
  const std::string& name = node.at("name").text();
  if (name != "auto_accept_invitation" && name != kRespectGlobalToken) {
    node.at("name").fail("is not known");
  }
  return {name,
          node.at("before").boolean(),
          node.at("after").boolean(),
          read_lines(source.at("before")),
          read_lines(source.at("after")),
          node.at("consequence").text()};
}

Diagnostic read_diagnostic(const JsonNode& node) {
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
  const JsonNode source = node.at("source");
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

GuardVerdict read_guard(const JsonNode& node) {
  node.has_exactly({"id", "limit", "observed", "remedy", "result"});
  return {node.at("id").text(), node.at("limit").text(), node.at("observed").text(),
          read_enum(node.at("result"), {GuardResult::pass, GuardResult::block}),
          node.at("remedy").text()};
}

std::optional<FileProvenance> read_file(const JsonNode& node) {
  if (node.is_null()) return std::nullopt;
  node.has_exactly({"blob", "sha256", "size"});
  return FileProvenance{node.at("blob").hex(40), node.at("sha256").hex(64),
                        static_cast<std::uint64_t>(node.at("size").number())};
}

SideProvenance read_side(const JsonNode& node) {
  if (node.is_null()) return {};
  const bool has_path = node.has("path");
  if (has_path) {
    node.has_exactly({"commit", "config", "path", "settings", "tree"});
  } else {
    node.has_exactly({"commit", "config", "settings", "tree"});
  }
  return {node.at("commit").hex(40), node.at("tree").hex(40),
          has_path ? node.at("path").text() : std::string(), read_file(node.at("config")),
          read_file(node.at("settings"))};
}

Provenance read_provenance(const JsonNode& node) {
  node.has_exactly({"base", "base_rule", "branch", "head", "path", "path_rule", "repository"});
  return {node.at("repository").text(), node.at("branch").text(),    node.at("path").text(),
          node.at("path_rule").text(),  node.at("base_rule").text(), read_side(node.at("base")),
          read_side(node.at("head"))};
}

Summary read_summary(const JsonNode& node) {
  node.has_exactly({"onboard", "relax", "remove", "reroute", "rotate", "unchanged"});
  return {node.at("onboard").number(), node.at("rotate").number(), node.at("remove").number(),
          node.at("reroute").number(), node.at("relax").number(),  node.at("unchanged").number()};
}

Plan read_plan(const JsonValue& root) {
  const JsonNode statement(root, {});
  statement.has_exactly({"_type", "predicate", "predicateType", "subject"});
  const JsonNode predicate = statement.at("predicate");
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
  const JsonNode tool = predicate.at("tool");
  tool.has_exactly({"name", "version"});
  plan.tool_version = tool.at("version").text();
  plan.validity = read_validity(predicate.at("validity"));
  return plan;
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
    return fail(Code::plan_altered, std::move(message)).at(path);
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
  TRY(const JsonValue root, parse_json(bytes, path, "a stored plan", Code::plan_not_json));
  const auto type_of = [&](std::string_view name) -> std::string_view {
    const JsonValue* const member = root.find(name);
    return member == nullptr ? std::string_view() : std::string_view(member->string);
  };
  for (const auto& [name, wanted] :
       {std::pair{"_type", kStatementType}, std::pair{"predicateType", kPredicateType}}) {
    if (type_of(name) == wanted) continue;
    return fail(Code::plan_wrong_type, "not a change plan: {} is \"{}\"", name,
                excerpt(type_of(name)))
        .at(path);
  }
  Plan plan;
  try {
    plan = read_plan(root);
  } catch (const WrongShape& wrong) {
    return fail(Code::plan_wrong_shape, "{} {}",
                wrong.where.empty() ? "the statement" : wrong.where, wrong.problem)
        .at(path)
        .field(wrong.where);
  }
  TRY_VOID(check_digests(plan, bytes, path));
  return plan;
}

}  // namespace hookplan
