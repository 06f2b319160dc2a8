// SPDX-License-Identifier: Apache-2.0
#include "core/plan/findings.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/plan/route_list.h"

namespace hookplan {
namespace {

constexpr std::int64_t kClockSkewSeconds = 300;
constexpr std::string_view kEntriesField = "managed_webhooks.org_repo_config.";

Diagnostic about_entry(Error error, const Entry& entry, std::string_view path) {
  return std::move(error)
      .at({std::string(path), entry.lines.line, 0, Side::after})
      .field(std::string(kEntriesField) + excerpt(entry.name))
      .entry(entry.name)
      .first();
}

class Examination {
 public:
  Examination(const Snapshot& snapshot, const Settings& settings, const PluginTypes& types,
              std::string_view path, Instant now)
      : snapshot_(snapshot),
        settings_(settings),
        types_(types),
        common_rules_(common_rules(settings, types)),
        path_(path),
        now_(now) {}

  std::vector<Diagnostic> run() && {
    for (const Entry& entry : snapshot_.entries) {
      check_name(entry);
      check_time(entry);
    }
    check_case();
    check_overlap();
    return std::move(found_);
  }

 private:
  // The rules of every entry, where all routes lead to forges with the same ones.
  static const NameRules* common_rules(const Settings& settings, const PluginTypes& types) {
    const NameRules* const rules = &types.names_on(nullptr);
    const bool is_common = std::ranges::all_of(settings.routes, [&](const RouteRule& rule) {
      return &types.names_on(&rule.route) == rules;
    });
    return is_common ? rules : nullptr;
  }

  const NameRules& rules_of(const Entry& entry) const {
    return common_rules_ != nullptr ? *common_rules_
                                    : types_.names_on(route_of(settings_, entry.name));
  }

  void check_name(const Entry& entry) {
    const NameRules& rules = rules_of(entry);
    const std::string problem = rules.problem_with(entry.name);
    if (problem.empty()) return;
    found_.push_back(
        about_entry(fail(Code::bad_entry_name, "{} is not a valid name on {}: {}",
                         entry.name.empty() ? "\"\"" : excerpt(entry.name), rules.forge, problem),
                    entry, path_));
  }

  void check_time(const Entry& entry) {
    const Instant latest{now_.seconds + kClockSkewSeconds, now_.nanoseconds};
    if (entry.token_created_after <= latest) return;
    found_.push_back(about_entry(
        fail(Code::future_timestamp, "token_created_after of {} is {}, which is in the future",
             excerpt(entry.name), to_rfc3339(entry.token_created_after))
            .hint("use a time that has passed when this is merged; Prow would refuse the whole "
                  "config"),
        entry, path_));
  }

  // Two names that differ only in case: one of them has a capital letter, which few have.
  void check_case() {
    std::unordered_set<std::string> with_capitals;
    for (const Entry& entry : snapshot_.entries) {
      if (std::ranges::any_of(entry.name, [](char c) { return c >= 'A' && c <= 'Z'; }))
        with_capitals.insert(ascii_lower(entry.name));
    }
    if (with_capitals.empty()) return;
    std::unordered_map<std::string, const Entry*> seen;
    for (const Entry& entry : snapshot_.entries) {
      if (!with_capitals.contains(ascii_lower(entry.name)) || rules_of(entry).is_case_sensitive)
        continue;
      const auto [other, is_new] = seen.emplace(ascii_lower(entry.name), &entry);
      if (is_new) continue;
      found_.push_back(about_entry(
          fail(Code::case_collision, "{} and {} (line {}) are one name on GitHub",
               excerpt(entry.name), excerpt(other->second->name), other->second->lines.line),
          entry, path_));
    }
  }

  // One finding an organization, however many of its repositories are listed.
  void check_overlap() {
    std::unordered_map<std::string, const Entry*> organizations;
    for (const Entry& entry : snapshot_.entries) {
      if (scope_of(entry.name) == Scope::org)
        organizations.emplace(ascii_lower(entry.name), &entry);
    }
    if (organizations.empty()) return;
    std::map<std::string, std::vector<const Entry*>> repositories;
    std::string_view not_listed;  // entries are sorted: those of one organization stand together
    for (const Entry& entry : snapshot_.entries) {
      if (scope_of(entry.name) == Scope::org || organization_of(entry.name) == not_listed) continue;
      std::string organization = ascii_lower(organization_of(entry.name));
      if (organizations.contains(organization)) {
        repositories[std::move(organization)].push_back(&entry);
      } else {
        not_listed = organization_of(entry.name);
      }
    }
    for (const auto& [organization, listed] : repositories) {
      const Entry& entry = *organizations.at(organization);
      const std::string more =
          listed.size() > 1 ? fmt::format(" and {} more of its repositories", listed.size() - 1)
                            : "";
      found_.push_back(about_entry(
          fail(Code::org_beside_repo, "{} stands beside {} (line {}){}", excerpt(entry.name),
               excerpt(listed.front()->name), listed.front()->lines.line, more)
              .hint("keep the organization or the repositories: events come twice, and Prow "
                    "refuses the organization's deliveries for them"),
          entry, path_));
    }
  }

  const Snapshot& snapshot_;
  const Settings& settings_;
  const PluginTypes& types_;
  const NameRules* common_rules_;
  std::string_view path_;
  Instant now_;
  std::vector<Diagnostic> found_;
};

// What a change touches: names in lower case, so that both sides of a collision count, and for
// whole organizations their names.
struct Touched {
  std::unordered_set<std::string> entries = {};
  std::unordered_set<std::string> organizations = {};  // with an entry that is there afterwards
};

Touched touched_by(const Plan& plan) {
  Touched touched;
  for (const Change& change : plan.changes) {
    touched.entries.insert(ascii_lower(change.entry));
    if (change.after) touched.organizations.insert(ascii_lower(organization_of(change.entry)));
  }
  return touched;
}

// The base has it, too, and the change has nothing to do with it. A time in the future is never
// old: it is judged by today, and Prow refuses the whole config for it.
bool is_older(const Diagnostic& diagnostic, const Touched& touched) {
  const std::string entry = ascii_lower(diagnostic.entry);
  const Code code = diagnostic.code;
  if (code == Code::org_beside_repo) return !touched.organizations.contains(entry);
  const bool is_of_the_entry =
      code == Code::bad_entry_name || code == Code::case_collision || code == Code::no_timestamp;
  return is_of_the_entry && !touched.entries.contains(entry);
}

// A mistake in one entry must not keep the leaked token of another in use.
bool holds_up_nothing(const Diagnostic& diagnostic, const Plan& plan, const Touched& touched) {
  return plan.is_live() && diagnostic.code == Code::future_timestamp &&
         !touched.entries.contains(ascii_lower(diagnostic.entry));
}

// Said before all else of its severity.
bool is_about_everything(Code code) {
  return code == Code::section_gone || code == Code::config_gone || code == Code::mass_removal ||
         code == Code::base_is_apart;
}

void add_section_findings(const Plan& plan, const Revisions& revisions,
                          std::vector<Diagnostic>& found) {
  const std::size_t before = revisions.before.snapshot.entries.size();
  const std::size_t after = revisions.after.snapshot.entries.size();
  const std::int64_t removed = std::ranges::count_if(plan.changes, &Change::ends_hook);
  const LineRange section = revisions.after.snapshot.section;
  if (before > 0 && after == 0) {
    const bool no_file = !revisions.after.config;
    const bool no_section = revisions.after.snapshot.state == SectionState::missing;
    const bool is_one = before == 1;
    const std::string_view end = revisions.kept_elsewhere.empty()
                                     ? (is_one ? "is removed" : "are removed")
                                     : (is_one ? "goes from here" : "go from here");
    found.push_back(
        fail(no_file ? Code::config_gone : Code::section_gone, "{}: {} {} {}",
             no_file      ? "the config file is gone"
             : no_section ? "managed_webhooks is missing"
                          : "managed_webhooks has no entries",
             is_one ? "its" : "all", counted(before, "entry", "entries"), end)
            .at({revisions.config_path, section.line, 0, Side::after})
            .hint(
                "is this the right path, branch and indentation? If it is meant, it is allowed by "
                "guards.allow_empty in .hookplan.yaml of the base")
            .first());
  } else if (removed >= 3 && removed * 2 > static_cast<std::int64_t>(before)) {
    found.push_back(fail(Code::mass_removal, "{} of {} entries are removed", removed, before)
                        .at({revisions.config_path, section.line, 0, Side::after})
                        .hint("check that this is meant")
                        .first());
  }
  for (const SettingChange& setting : plan.settings) {
    if (setting.name != kRespectGlobalToken || setting.after) continue;
    found.push_back(fail(Code::global_token_retired,
                         "the global token is retired: hooks that still sign with it are refused")
                        .at({revisions.config_path, setting.lines_after.line, 0, Side::after})
                        .field("managed_webhooks.respect_legacy_global_token")
                        .hint("onboard every repository that uses it first, in a change of its own")
                        .first());
  }
}

// What was compared, where that is not what one would think.
void add_comparison(const Revisions& revisions, std::vector<Diagnostic>& found) {
  const RevisionSide& before = revisions.before;
  const RevisionSide& after = revisions.after;
  if (revisions.base_is_apart) {
    found.push_back(fail(Code::base_is_apart,
                         "the base {} is not in the history of the head {}: what the base gained "
                         "since they parted looks removed here",
                         before.commit.id.substr(0, 12), after.commit.id.substr(0, 12))
                        .first());
  }
  const bool has_moved = before.config && after.config && before.config_path != after.config_path;
  if (has_moved) {
    found.push_back(fail(Code::config_moved,
                         "the config moved from {} to {}: each side is read at "
                         "its own place",
                         printable(before.config_path), printable(after.config_path))
                        .at({after.config_path, 0, 0, Side::after})
                        .first());
  }
  const bool is_nowhere = !revisions.is_unread() &&
                          before.snapshot.state == SectionState::missing &&
                          after.snapshot.state == SectionState::missing;
  if (is_nowhere) {
    Diagnostic nowhere = fail(Code::no_section, "neither side has managed_webhooks in {}",
                              printable(after.config_path))
                             .at({after.config_path, 0, 0, Side::after})
                             .first();
    nowhere.severity = Severity::warning;
    found.push_back(std::move(nowhere));
  }
}

void add_kept(const Revisions& revisions, std::vector<Diagnostic>& found) {
  for (const Entry& entry : revisions.before.snapshot.entries) {
    if (!revisions.kept_elsewhere.contains(entry.name)) continue;
    found.push_back(
        fail(Code::kept_elsewhere, "{} stays: another config lists it", excerpt(entry.name))
            .at({revisions.before.config_path, entry.lines.line, 0, Side::before})
            .entry(entry.name)
            .first());
  }
}

void add_organization_hooks(const Plan& plan, const PluginTypes& types,
                            std::vector<Diagnostic>& found) {
  for (const Change& change : plan.changes) {
    if (change.kind != ChangeKind::onboard || change.scope() != Scope::org) continue;
    const auto& route = change.after->route;
    const NameRules& rules = types.names_on(route ? &*route : nullptr);
    const bool is_respelled = change.relation && change.relation->kind == RelationKind::case_rename;
    if (!rules.problem_with(change.entry).empty() || is_respelled) continue;
    found.push_back(
        fail(Code::organization_hook,
             "{} is a hook for an organization: all its repositories start sending events",
             excerpt(change.entry))
            .at({plan.provenance.path, change.lines_after.line, 0, Side::after})
            .field(std::string(kEntriesField) + change.entry)
            .entry(change.entry)
            .first());
  }
}

// Entries that come with a route of their own: the base did not send them there. One finding a
// route.
void add_new_routes(const Plan& plan, const Revisions& revisions, std::vector<Diagnostic>& found) {
  struct NewRoute {
    const Route* route;
    const Change* first;
    std::size_t others;
  };
  std::vector<NewRoute> routes;
  for (const Change& change : plan.changes) {
    const bool brings_route =
        change.kind == ChangeKind::onboard || (change.before && !change.before->route);
    if (!brings_route || !change.after || !change.after->route) continue;
    const Route& route = *change.after->route;
    const Route* const known = route_of(revisions.before.settings, change.entry);
    if (known != nullptr && *known == route) continue;
    const auto same =
        std::ranges::find_if(routes, [&](const NewRoute& each) { return *each.route == route; });
    if (same == routes.end()) {
      routes.push_back({&route, &change, 0});
    } else {
      ++same->others;
    }
  }
  for (const NewRoute& each : routes) {
    const std::string more = each.others == 0 ? "" : fmt::format(" and {} more", each.others);
    found.push_back(
        fail(Code::new_route,
             "a new route for {}{}: deliveries go to {} ({}), hooks are made at {}",
             excerpt(each.first->entry), more, each.route->receiver.name, each.route->url(),
             forge_in_words(*each.route))
            .at({revisions.settings_path, 0, 0, Side::after})
            .entry(each.first->entry)
            .hint("check where it leads; or change the routes first, in a change of their own")
            .first());
  }
}

}  // namespace

std::vector<Diagnostic> examine(const Snapshot& snapshot, const Settings& settings,
                                const PluginTypes& types, std::string_view path, Instant now) {
  return Examination(snapshot, settings, types, path, now).run();
}

Findings findings(const Plan& plan, const Revisions& revisions, Instant now) {
  std::vector<Diagnostic> found = revisions.diagnostics;
  std::int64_t older = 0;
  const Touched touched = touched_by(plan);
  const auto add = [&](std::vector<Diagnostic> all) {
    for (Diagnostic& diagnostic : all) {
      if (is_older(diagnostic, touched)) {
        ++older;
      } else {
        if (holds_up_nothing(diagnostic, plan, touched)) diagnostic.severity = Severity::warning;
        found.push_back(std::move(diagnostic));
      }
    }
  };
  const Snapshot& after = revisions.after.snapshot;
  add(after.diagnostics);
  add(examine(after, revisions.after.settings, revisions.types, revisions.config_path, now));
  add_comparison(revisions, found);
  add_section_findings(plan, revisions, found);
  add_new_routes(plan, revisions, found);
  add_organization_hooks(plan, revisions.types, found);
  add_kept(revisions, found);
  std::ranges::stable_sort(found, {}, [](const Diagnostic& d) {
    return std::tuple(d.severity, !is_about_everything(d.code), d.where.line, d.code,
                      std::string_view(d.entry));
  });
  return {std::move(found), older};
}

}  // namespace hookplan
