// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/plan_markdown.h"
#include "cmd/view/diagnostic_text.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "cmd/view/markdown_escape.h"
#include "cmd/view/plan_text.h"
#include "core/base/text.h"
#include "core/plan/consequence.h"
#include "core/plan/route_list.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxFindings = 20;
constexpr std::size_t kMaxCautions = 5;

// How much is shown; each step leaves out what a reviewer misses least.
enum class Depth { full, without_details, lists, counts, overflow };

std::string_view sign_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::remove: return "➖ remove";
    case ChangeKind::reroute: return "🔀 reroute";
    case ChangeKind::rotate: return "🔁 rotate";
    case ChangeKind::onboard: return "➕ onboard";
    case ChangeKind::relax: return "⏸️ relax";
  }
  throw std::logic_error("no such kind of change");
}

bool is_additive(ChangeKind kind) {
  return kind == ChangeKind::onboard || kind == ChangeKind::relax;
}

class MarkdownView {
 public:
  MarkdownView(const Plan& plan, Depth depth) : plan_(plan), depth_(depth) {}

  std::string text() const {
    std::string all = fmt::format("### Webhook plan: {}\n\n", counted_changes(plan_));
    all += verdict() + "\n";
    all += origin() + "\n";
    if (depth_ == Depth::overflow) return all + overflow();
    all += cautions();
    all += changes();
    all += settings();
    all += routes();
    all += findings();
    if (depth_ == Depth::full) all += guards();
    all += reproduction();
    return all;
  }

 private:
  std::string verdict() const {
    std::vector<std::string> problems;
    for (const Diagnostic& diagnostic : plan_.diagnostics) {
      if (diagnostic.severity != Severity::error) continue;
      problems.push_back(
          fmt::format("{} {}", to_string(diagnostic.code), markdown_text(diagnostic.message)));
      break;
    }
    for (const GuardVerdict& guard : plan_.guards) {
      if (guard.result == GuardResult::pass) continue;
      problems.push_back(fmt::format("{}: {} (allowed: {})", markdown_code(guard.id),
                                     markdown_text(guard.observed), markdown_text(guard.limit)));
    }
    if (depth_ == Depth::overflow) problems.emplace_back("it is too large to be reviewed here");
    if (!problems.empty())
      return fmt::format("**Not ready to merge:** {}\n", fmt::join(problems, "; "));
    return plan_.has_changes() ? "**Ready for review:** no guard objects.\n"
                               : "**Nothing to do:** both revisions ask for the same webhooks.\n";
  }

  std::string origin() const {
    const Provenance& from = plan_.provenance;
    const std::string base = from.before.commit.empty()
                                 ? std::string("nothing")
                                 : markdown_code(from.before.commit.substr(0, kShortId));
    const std::string unchanged = plan_.is_unread()
                                      ? std::string("the same in both revisions")
                                      : fmt::format("{} unchanged", plan_.summary.unchanged);
    return fmt::format("Plan <code>{}</code> for {} on {} · {} · {}\n", short_digest(),
                       markdown_code(from.after.commit.substr(0, kShortId)), base,
                       markdown_code(from.path), unchanged);
  }

  std::string short_digest() const {
    constexpr std::string_view kPrefix = "sha256:";
    return markdown_text(
        plan_.intent_digest.substr(std::min(kPrefix.size(), plan_.intent_digest.size()), kShortId));
  }

  std::string cautions() const {
    std::vector<std::string> lines;
    for (const Change* const change : in_reading_order(plan_.changes)) {
      if (change->ends_hook()) lines.push_back("> " + markdown_text(change->consequence));
    }
    if (lines.empty()) return {};
    if (depth_ != Depth::full || lines.size() > kMaxCautions) {
      return fmt::format(
          "> [!CAUTION]\n> **{} stop sending events** as soon as this is applied.\n\n",
          counted(lines.size(), "entry", "entries"));
    }
    return fmt::format("> [!CAUTION]\n{}\n\n", fmt::join(lines, "\n>\n"));
  }

  std::string changes() const {
    std::vector<const Change*> rows;
    std::vector<const Change*> listed;
    for (const Change* const change : in_reading_order(plan_.changes)) {
      const bool as_row =
          depth_ < Depth::lists || (depth_ == Depth::lists && !is_additive(change->kind));
      (as_row ? rows : listed).push_back(change);
    }
    std::string all;
    if (!rows.empty()) {
      all +=
          "| | Entry | What will happen | Cause | Can be undone until |\n|---|---|---|---|---|\n";
      for (const Change* const change : rows) all += row(*change);
      all += "\n";
    }
    return all + lists(listed);
  }

  std::string row(const Change& change) const {
    const bool removed = change.kind == ChangeKind::remove;
    const Provenance& from = plan_.provenance;
    std::string entry =
        markdown_source_link(markdown_code(change.entry), from.repository,
                             removed ? from.before.commit : from.after.commit, from.path,
                             removed ? change.lines_before : change.lines_after);
    if (change.scope() == Scope::org) entry += " · org";
    if (change.is_protected) entry += " · protected";
    const std::string action = change.kind == ChangeKind::reroute
                                   ? markdown_text(change.consequence)
                                   : markdown_text(action_of(change));
    return fmt::format("| {} | {} | {} | {} | {} |\n", sign_of(change.kind), entry, action,
                       markdown_text(cause_of(change)), markdown_text(change.reversible.until));
  }

  std::string lists(const std::vector<const Change*>& listed) const {
    std::string all;
    for (const ChangeKind kind : {ChangeKind::remove, ChangeKind::reroute, ChangeKind::rotate,
                                  ChangeKind::onboard, ChangeKind::relax}) {
      std::vector<std::string> names;
      for (const Change* const change : listed) {
        if (change->kind == kind) names.push_back(markdown_text(change->entry));
      }
      if (names.empty()) continue;
      all += fmt::format("**{} ({})**", sign_of(kind), names.size());
      const bool counted_only = depth_ >= Depth::counts && is_additive(kind);
      all += counted_only ? std::string(": not listed here, see the stored plan\n\n")
                          : fmt::format(": {}\n\n", fmt::join(names, ", "));
    }
    return all;
  }

  std::string settings() const {
    std::string all;
    for (const SettingChange& setting : plan_.settings) {
      all += fmt::format("- {}: {} → **{}**: {}\n", markdown_code(setting.name), setting.before,
                         setting.after, markdown_text(setting.consequence));
    }
    return all.empty() ? all : all + "\n";
  }

  std::string findings() const {
    std::string all;
    std::size_t shown = 0;
    for (const Diagnostic& diagnostic : plan_.diagnostics) {
      if (++shown > kMaxFindings) continue;
      const std::string_view sign = diagnostic.severity == Severity::error     ? "❌"
                                    : diagnostic.severity == Severity::warning ? "⚠️"
                                                                               : "ℹ️";
      const std::string place = place_of(diagnostic.where);
      all += fmt::format("- {} **{}** {}{}\n", sign, to_string(diagnostic.code),
                         markdown_text(diagnostic.message),
                         place.empty() ? "" : fmt::format(" ({})", markdown_text(place)));
      if (!diagnostic.hint.empty() && depth_ == Depth::full) {
        all += fmt::format("  Fix: {}\n", markdown_text(diagnostic.hint));
      }
    }
    if (shown > kMaxFindings) all += fmt::format("- and {} more\n", shown - kMaxFindings);
    if (plan_.older_findings > 0) {
      all += fmt::format("- {}; `hookplan check` lists them\n",
                         counted(static_cast<std::size_t>(plan_.older_findings), "older finding"));
    }
    return all.empty() ? all : all + "\n";
  }

  std::string routes() const {
    std::string all;
    for (const UsedRoute& used : used_routes(plan_)) {
      all += fmt::format("- {}: {}\n", markdown_text(in_words(*used.route)),
                         counted(used.changes, "change"));
    }
    return all.empty() ? all : "**Routes**\n\n" + all + "\n";
  }

  std::string guards() const {
    const auto passed = std::ranges::count(plan_.guards, GuardResult::pass, &GuardVerdict::result);
    std::string all = fmt::format("<details><summary>Guards: {} of {} passed</summary>\n\n", passed,
                                  plan_.guards.size());
    all += "| Guard | Allowed | Here | Result |\n|---|---|---|---|\n";
    for (const GuardVerdict& guard : plan_.guards) {
      all += fmt::format("| {} | {} | {} | {} |\n", markdown_code(guard.id),
                         markdown_text(guard.limit), markdown_text(guard.observed),
                         guard.result == GuardResult::pass
                             ? std::string("passed")
                             : fmt::format("**blocks**: {}", markdown_text(guard.remedy)));
    }
    return all + "\n</details>\n";
  }

  std::string reproduction() const {
    const Provenance& from = plan_.provenance;
    std::string all = "<details><summary>Check it yourself</summary>\n\n";
    if (!from.before.commit.empty()) {
      const std::string command =
          fmt::format("hookplan plan {} {} --config-path {}", shell_word(from.before.commit),
                      shell_word(from.after.commit), shell_word(from.path));
      all += fmt::format("{} must print\n", markdown_code(command));
    }
    all += fmt::format(
        "<code>{}</code>. The plan holds no secret and was made without looking at live "
        "hooks or tokens.\n",
        markdown_text(plan_.intent_digest));
    return all + "\n</details>\n";
  }

  // Not even the names of what is taken away fit: as many as possible, and a plain word about the
  // rest.
  std::string overflow() const {
    std::string all = fmt::format(
        "> [!CAUTION]\n> **This plan is too large to be reviewed here.** It removes {}, reroutes "
        "{} and rotates {}; not all of them are listed below. Review the stored plan with "
        "<code>hookplan show FILE</code>.\n\n",
        plan_.summary.remove, plan_.summary.reroute, plan_.summary.rotate);
    const std::string rest = "\n" + settings() + routes() + findings() + guards() + reproduction();
    const std::size_t room = kMaxMarkdownBytes - std::min(kMaxMarkdownBytes, rest.size() + 2'000);
    std::size_t omitted = 0;
    for (const Change* const change : in_reading_order(plan_.changes)) {
      if (is_additive(change->kind)) break;
      const std::string line =
          fmt::format("- {} {}\n", to_string(change->kind), markdown_text(change->entry));
      if (all.size() + line.size() > room) {
        ++omitted;
      } else {
        all += line;
      }
    }
    if (omitted > 0) all += fmt::format("- **and {} more that are not shown**\n", omitted);
    return all + rest;
  }

  const Plan& plan_;
  Depth depth_;
};

}  // namespace

std::string to_markdown(const Plan& plan) {
  for (const Depth depth : {Depth::full, Depth::without_details, Depth::lists, Depth::counts}) {
    std::string text = MarkdownView(plan, depth).text();
    if (text.size() <= kMaxMarkdownBytes) return text;
  }
  return MarkdownView(plan, Depth::overflow).text();
}

}  // namespace hookplan
