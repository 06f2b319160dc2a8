// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/plan_text.h"
#include "cmd/view/diagnostic_text.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/plan/consequence.h"
#include "core/plan/route_list.h"

namespace hookplan {
namespace {

constexpr std::size_t kManyChanges = 20;  // from here on the list gets headings
constexpr std::size_t kWidestName = 44;   // longer names do not push the column for all

struct Look {
  std::string_view sign;
  Colour colour;
};

Look look_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::remove: return {"-", Colour::red};
    case ChangeKind::reroute: return {">", Colour::cyan};
    case ChangeKind::rotate: return {"~", Colour::yellow};
    case ChangeKind::onboard: return {"+", Colour::green};
    case ChangeKind::relax: return {".", Colour::dim};
  }
  throw std::logic_error("no such kind of change");
}

std::string detail_of(const Change& change) {
  switch (change.kind) {
    case ChangeKind::remove:
    case ChangeKind::onboard:
      return change.relation
                 ? fmt::format("{}; {}", printable(action_of(change)), printable(cause_of(change)))
                 : printable(action_of(change));
    case ChangeKind::rotate: return fmt::format("tokens from {}", printable(cause_of(change)));
    case ChangeKind::relax:
      return fmt::format("tokens from {}: nothing to do", printable(cause_of(change)));
    case ChangeKind::reroute: return action_of(change);
  }
  throw std::logic_error("no such kind of change");
}

std::string line_of(const Change& change) {
  if (change.lines_after.line != 0) return fmt::format("line {}", change.lines_after.line);
  if (change.lines_before.line != 0) return fmt::format("line {} (old)", change.lines_before.line);
  return {};
}

class ChangeList {
 public:
  ChangeList(const Plan& plan, const TextStyle& style) : plan_(plan), style_(style) {
    for (const Change& change : plan.changes) {
      name_width_ = std::max(name_width_, display_width(shown_name(change)));
      detail_width_ = std::max(detail_width_, display_width(detail_of(change)));
    }
    name_width_ = std::min(name_width_, kWidestName);
  }

  std::string text() const {
    const bool many = plan_.changes.size() > kManyChanges;
    std::string all;
    const ChangeKind* last_kind = nullptr;
    for (const Change* const change : in_reading_order(plan_.changes)) {
      if (many && (last_kind == nullptr || *last_kind != change->kind)) {
        if (last_kind != nullptr) all += "\n";
        std::string lines = wrapped(heading(change->kind), 0, style_);
        lines.pop_back();
        all += painted(lines, Colour::bold, style_) + "\n";
      }
      last_kind = &change->kind;
      all += row(*change, !many);
    }
    return all;
  }

 private:
  // Over a long list: what it is, how many there are, and what a reader must not miss about them.
  std::string heading(ChangeKind kind) const {
    const auto number = std::ranges::count(plan_.changes, kind, &Change::kind);
    const std::string_view meaning =
        kind == ChangeKind::remove ? ": each stops sending events as soon as this is applied" : "";
    return fmt::format("{} ({}){}", to_string(kind), number, meaning);
  }

  // An empty name is one that must be seen.
  static std::string shown_name(const Change& change) {
    return change.entry.empty() ? "\"\"" : printable(change.entry);
  }

  std::string row(const Change& change, bool with_consequence) const {
    constexpr std::size_t kNameColumn = 13;
    const Look look = look_of(change.kind);
    const std::string name = shown_name(change);
    const std::string head = fmt::format("  {} {} ", look.sign, padded(to_string(change.kind), 8));
    const std::string scope = change.scope() == Scope::org ? "org" : "";
    std::string line = fmt::format("{}  {}  {}  {}", padded(name, name_width_), padded(scope, 3),
                                   padded(detail_of(change), detail_width_), line_of(change));
    if (change.is_protected) line += "   protected";
    std::string all;
    const bool too_wide =
        style_.width != 0 && display_width(head) + display_width(line) > style_.width;
    if (too_wide || display_width(name) > name_width_) {
      all = fmt::format("{}{}{}\n", painted(head, look.colour, style_), name,
                        scope.empty() ? "" : "  org");
      all += wrapped(fmt::format("{}, {}{}", detail_of(change), line_of(change),
                                 change.is_protected ? ", protected" : ""),
                     kNameColumn, style_);
    } else {
      line.erase(line.find_last_not_of(' ') + 1);
      all = painted(head, look.colour, style_) + line + "\n";
    }
    const bool takes_away = change.kind == ChangeKind::remove || change.kind == ChangeKind::reroute;
    if (takes_away && (with_consequence || change.kind == ChangeKind::reroute)) {
      all += wrapped(printable(change.consequence), kNameColumn, style_);
    }
    return all;
  }

  const Plan& plan_;
  const TextStyle& style_;
  std::size_t name_width_ = 0;
  std::size_t detail_width_ = 0;
};

// From what is live to a config as it is on this machine: there is nothing to approve.
bool is_of_no_revision(const Plan& plan) { return plan.provenance.after.commit.empty(); }

std::string header_of(const Plan& plan, const TextStyle& style) {
  const Provenance& from = plan.provenance;
  if (is_of_no_revision(plan)) {
    return fmt::format("{}   {} -> this config\n\n",
                       painted(printable(from.path), Colour::bold, style),
                       printable(from.base_rule));
  }
  const std::string base =
      from.before.commit.empty() ? "nothing" : from.before.commit.substr(0, kShortId);
  std::string purpose = printable(from.repository);
  if (!from.branch.empty()) {
    purpose += fmt::format("{}{}", purpose.empty() ? "" : ", ", printable(from.branch));
  }
  return fmt::format("{}   {} -> {}\n", painted(printable(from.path), Colour::bold, style),
                     printable(base), printable(from.after.commit.substr(0, kShortId))) +
         wrapped(fmt::format("base: {}; config: {}", printable(from.base_rule),
                             printable(from.path_rule)),
                 2, style) +
         (purpose.empty() ? std::string() : wrapped("for: " + purpose, 2, style)) + "\n";
}

std::string settings_of(const Plan& plan, const TextStyle& style) {
  constexpr std::size_t kIndent = 13;
  std::string all;
  for (const SettingChange& setting : plan.settings) {
    const bool old = setting.lines_after.line == 0;
    const LineRange& lines = old ? setting.lines_before : setting.lines_after;
    const std::string place =
        lines.line == 0 ? "" : fmt::format(", line {}{}", lines.line, old ? " (old)" : "");
    const std::string line =
        wrapped(fmt::format("{}: {} -> {}{}", setting.name, setting.before, setting.after, place),
                kIndent, style);
    all += painted("  ~ setting  ", Colour::yellow, style) + line.substr(kIndent);
    all += wrapped(printable(setting.consequence), kIndent, style);
  }
  return all;
}

// A line that begins with a word in the margin: "blocked   max_removals: ...".
std::string routes_of(const Plan& plan, const TextStyle& style) {
  std::string all;
  for (const UsedRoute& used : used_routes(plan)) {
    all += labelled(
        "route", Colour::cyan,
        fmt::format("{}: {}", printable(in_words(*used.route)), counted(used.changes, "change")),
        style);
  }
  return all.empty() ? all : all + "\n";
}

std::string guards_of(const Plan& plan, const TextStyle& style) {
  std::string all;
  std::vector<std::string> passed;
  for (const GuardVerdict& guard : plan.guards) {
    if (guard.result == GuardResult::pass) {
      passed.push_back(printable(guard.id));
      continue;
    }
    all += labelled(
        "blocked", Colour::red,
        fmt::format("{}: {}; allowed: {}; {}", printable(guard.id), printable(guard.observed),
                    printable(guard.limit), printable(guard.remedy)),
        style);
  }
  if (!passed.empty()) {
    all += labelled("guards", Colour::green, fmt::format("passed: {}", fmt::join(passed, ", ")),
                    style);
  }
  return all;
}

std::string summary_of(const Plan& plan, const TextStyle& style) {
  if (plan.is_unread()) return "no changes: both revisions have the same config.\n";
  if (!plan.has_changes()) {
    return fmt::format("no changes. {} unchanged.\n", plan.summary.unchanged);
  }
  const std::size_t number = plan.changes.size() + plan.settings.size();
  return wrapped(fmt::format("{}: {}. {} unchanged.", counted(number, "change"),
                             counted_changes(plan), plan.summary.unchanged),
                 0, style);
}

}  // namespace

std::vector<const Change*> in_reading_order(const std::vector<Change>& changes) {
  std::vector<const Change*> ordered;
  ordered.reserve(changes.size());
  for (const Change& change : changes) ordered.push_back(&change);
  std::ranges::stable_sort(ordered, {}, [](const Change* change) {
    return std::tuple(change->kind, std::string_view(change->entry));
  });
  return ordered;
}

std::string to_text(const Plan& plan, const TextStyle& style) {
  std::string all = header_of(plan, style);
  all += ChangeList(plan, style).text();
  all += settings_of(plan, style);
  if (plan.has_changes()) all += "\n";
  all += routes_of(plan, style);
  if (!plan.diagnostics.empty()) {
    all += to_text(plan.diagnostics, style);
    all += wrapped("(hookplan explain CODE tells more)", 16, style) + "\n";
  }
  if (plan.older_findings > 0) {
    const auto older = static_cast<std::size_t>(plan.older_findings);
    all += wrapped(fmt::format("{}; hookplan check lists them", counted(older, "older finding")), 0,
                   style);
  }
  all += summary_of(plan, style);
  all += guards_of(plan, style);
  const bool switches = plan.summary.rotate + plan.summary.reroute > 0;
  if (switches) {
    all += labelled(
        "overlap", Colour::bold,
        fmt::format("old tokens stay valid for {} after a switch", in_words(plan.overlap)), style);
  }
  if (is_of_no_revision(plan)) return all;
  all += labelled("intent", Colour::bold, printable(plan.intent_digest), style);
  if (plan.validity) {
    all += labelled("valid", Colour::bold,
                    fmt::format("from {} until {}", to_rfc3339(plan.validity->created),
                                to_rfc3339(plan.validity->expires)),
                    style);
  }
  // Also where there is nothing to do: then the rule tells what was looked at.
  const bool was_live = plan.is_live() || plan.provenance.base_rule == "what is live";
  all += labelled("", Colour::dim,
                  was_live ? fmt::format("made of {}; the config does not change",
                                         printable(plan.provenance.base_rule))
                           : std::string("made offline: live hooks and tokens were not looked at"),
                  style);
  return all;
}

}  // namespace hookplan
