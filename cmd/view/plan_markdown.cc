// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/plan_markdown.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cmd/view/change_markdown.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/markdown_escape.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/styled_text.h"
#include "core/base/text.h"
#include "core/plan/consequence.h"
#include "core/plan/route_list.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxOpenFindings = 5;
constexpr std::size_t kMaxFindings = 20;
constexpr std::size_t kMaxFindingBytes = 600;  // of a message; config paths and names can be long
constexpr std::size_t kMaxRoutes = 4;
constexpr std::size_t kMaxFoldedRoutes = 40;

std::string short_digest(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  if (digest.starts_with(kPrefix)) digest.remove_prefix(kPrefix.size());
  return markdown_code(digest.substr(0, kShortId));
}

// Whole characters up to that size, with a sign that there was more.
std::string clipped(std::string_view text, std::size_t max) {
  if (text.size() <= max) return std::string(text);
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0U) == 0x80U) --max;
  return std::string(text.substr(0, max)) + " [...]";
}

class MarkdownView {
 public:
  MarkdownView(const Plan& plan, const PlanFrame& frame, Depth depth)
      : plan_(plan), frame_(frame), depth_(depth) {
    for (const Change* const change : in_reading_order(plan.changes)) {
      if (change->ends_hook()) ended_.push_back(change);
    }
    for (const Diagnostic& each : plan.diagnostics) {
      if (each.severity == Severity::warning) ++warnings_;
      // The box has it beside the setting.
      if (each.code == Code::global_token_retired) continue;
      (stops_deliveries(each) ? stopping_ : others_).push_back(&each);
    }
  }

  // `room`: for the names of what ends, and for all other names together.
  std::string text(std::size_t room_of_ended, std::size_t room) const {
    const NameList ended = ended_names(room_of_ended);
    std::string all = fmt::format("### Webhook plan: {}\n\n", counted_changes(plan_));
    all += verdict(ended.omitted) + "\n\n";
    if (!frame_.note.empty()) all += frame_.note + "\n\n";
    all += box(ended);
    all += findings();
    all += routes();
    all += changes_markdown(plan_, depth_, room);
    all += settings();
    all += explanations();
    all += origin();
    if (!frame_.footer.empty()) all += "\n" + frame_.footer + "\n";
    return all;
  }

 private:
  // What makes a receiver refuse deliveries that it takes now. An organization that stood beside
  // its repositories before is no news.
  bool stops_deliveries(const Diagnostic& diagnostic) const {
    return diagnostic.code == Code::org_beside_repo &&
           std::ranges::any_of(plan_.changes, [&](const Change& change) {
             return change.kind == ChangeKind::onboard &&
                    organization_of(change.entry) == organization_of(diagnostic.entry);
           });
  }

  std::string verdict(std::size_t omitted) const {
    if (const std::vector<std::string> problems = blockers(); !problems.empty())
      return fmt::format("**Not ready to merge:** {}.", fmt::join(problems, "; "));
    if (!plan_.has_changes()) return "**Nothing to do:** both revisions ask for the same webhooks.";
    std::string all = "**Ready for review.** No guard blocks it";
    if (warnings_ > 0) all += fmt::format("; {}", counted(warnings_, "warning"));
    all += ".";
    if (omitted > 0) {
      all += fmt::format(
          " **It is too long to show here in full**: {} below are only counted. Review all with "
          "<code>hookplan show FILE</code>.",
          counted(omitted, "removal"));
    }
    return all;
  }

  std::vector<std::string> blockers() const {
    std::vector<std::string> problems;
    const auto is_error = [](const Diagnostic& each) { return each.severity == Severity::error; };
    const auto errors =
        static_cast<std::size_t>(std::ranges::count_if(plan_.diagnostics, is_error));
    if (errors > 0) {
      const Diagnostic& first = *std::ranges::find_if(plan_.diagnostics, is_error);
      problems.push_back(fmt::format("{} {}", to_string(first.code), message_of(first)));
    }
    if (errors > 1) problems.push_back(counted(errors - 1, "more error"));
    for (const GuardVerdict& guard : plan_.guards) {
      if (guard.result == GuardResult::pass) continue;
      problems.push_back(fmt::format("{}: {}; allowed: {}. To go on: {}", markdown_code(guard.id),
                                     markdown_text(guard.observed), markdown_text(guard.limit),
                                     markdown_text(guard.remedy)));
    }
    return problems;
  }

  // A few of them one below the other, where a reader sees each; many in a row.
  NameList ended_names(std::size_t room) const {
    if (depth_ == Depth::lists) {
      NameList names = names_in(ended_, room);
      if (!names.markdown.empty()) names.markdown.insert(0, 1, ' ');
      return names;
    }
    constexpr std::size_t kFew = 5;
    const bool is_few = ended_.size() <= kFew;
    NameList list;
    for (const Change* const change : ended_) {
      list.markdown += is_few ? "\n> - " : list.markdown.empty() ? " " : ", ";
      list.markdown += entry_markdown(*change, plan_.provenance, depth_);
      if (change->relation)
        list.markdown += fmt::format(" ({} to {})", in_words(change->relation->kind),
                                     markdown_code(change->relation->entry));
    }
    return list;
  }

  // Everything because of which deliveries stop. Names come last: they may be many, and nothing is
  // to be pushed off the first screen by them.
  std::string box(const NameList& ended) const {
    std::vector<std::string> parts;
    for (const SettingChange& setting : plan_.settings) {
      if (is_retirement(setting)) parts.push_back("> " + retirement(setting) + "\n");
    }
    for (std::size_t i = 0; i < std::min(stopping_.size(), kMaxOpenFindings); ++i)
      parts.push_back("> " + finding(*stopping_[i], true) + "\n");
    if (stopping_.size() > kMaxOpenFindings)
      parts.push_back(
          fmt::format("> and {} more like this\n", stopping_.size() - kMaxOpenFindings));
    if (!ended_.empty()) {
      parts.push_back(fmt::format(
          "> **➖ {} as soon as this is applied.** {}:{}{}\n",
          counted(ended_.size(), "entry stops sending events", "entries stop sending events"),
          ended_.size() == 1 ? "Its hook and tokens are deleted, which cannot be undone"
                             : "Their hooks and tokens are deleted, which cannot be undone",
          ended.markdown,
          ended.omitted == 0 ? "" : fmt::format(" **and {} more**", ended.omitted)));
    }
    if (parts.empty()) return {};
    return fmt::format("> [!CAUTION]\n{}\n", fmt::join(parts, ">\n"));
  }

  static bool is_retirement(const SettingChange& setting) {
    return setting.name == kRespectGlobalToken && setting.before && !setting.after;
  }

  static std::string setting_line(const SettingChange& setting) {
    return fmt::format("**{}: {} → {}**: {}", markdown_code(setting.name), setting.before,
                       setting.after, markdown_text(setting.consequence));
  }

  // With what the finding says that comes with it.
  std::string retirement(const SettingChange& setting) const {
    const auto found =
        std::ranges::find(plan_.diagnostics, Code::global_token_retired, &Diagnostic::code);
    std::string all = setting_line(setting);
    if (found == plan_.diagnostics.end()) return all;
    return all + fmt::format(" ({}, line {}). Fix: {}", to_string(found->code), found->where.line,
                             markdown_text(found->hint));
  }

  std::string settings() const {
    std::string all;
    for (const SettingChange& setting : plan_.settings) {
      if (!is_retirement(setting)) all += "- " + setting_line(setting) + "\n";
    }
    return all.empty() ? all : all + "\n";
  }

  static std::string message_of(const Diagnostic& diagnostic) {
    return markdown_text(clipped(diagnostic.message, kMaxFindingBytes));
  }

  static std::string finding(const Diagnostic& diagnostic, bool with_hint) {
    const std::string_view sign = diagnostic.severity == Severity::error     ? "❌"
                                  : diagnostic.severity == Severity::warning ? "⚠️"
                                                                             : "ℹ️";
    const Location& where = diagnostic.where;
    std::string place = place_of(where);
    // The path of the config stands below; a line says enough.
    if (where.line != 0)
      place = fmt::format("line {}{}", where.line, where.side == Side::before ? ", old" : "");
    std::string all =
        fmt::format("{} **{}** {}{}", sign, to_string(diagnostic.code), message_of(diagnostic),
                    place.empty() ? "" : fmt::format(" ({})", markdown_text(place)));
    if (with_hint && !diagnostic.hint.empty())
      all += ". Fix: " + markdown_text(clipped(diagnostic.hint, kMaxFindingBytes));
    return all;
  }

  // The gravest stand open; what to do about each is folded with the rest.
  std::string findings() const {
    std::string all;
    for (std::size_t i = 0; i < std::min(others_.size(), kMaxOpenFindings); ++i)
      all += fmt::format("- {}\n", finding(*others_[i], others_[i]->severity == Severity::error));
    if (others_.size() > kMaxOpenFindings)
      all += fmt::format("- and {} more, below\n", others_.size() - kMaxOpenFindings);
    if (plan_.older_findings > 0)
      all += fmt::format("- {}; <code>hookplan check</code> lists them\n",
                         counted(static_cast<std::size_t>(plan_.older_findings), "older finding"));
    return all.empty() ? all : all + "\n";
  }

  std::string routes() const {
    const std::vector<UsedRoute> used = used_routes(plan_);
    if (used.empty()) return {};
    std::string all;
    for (std::size_t i = 0; i < std::min(used.size(), kMaxFoldedRoutes); ++i) {
      all += fmt::format("- {}: {}\n",
                         markdown_text(clipped(in_words(*used[i].route), kMaxFindingBytes)),
                         counted(used[i].changes, "change"));
    }
    if (used.size() <= kMaxRoutes) return "**Routes**\n\n" + all + "\n";
    if (used.size() > kMaxFoldedRoutes)
      all += fmt::format("- **and {} more**\n", used.size() - kMaxFoldedRoutes);
    return fmt::format(
        "<details><summary><b>{} routes</b>: where deliveries go and tokens live</summary>\n\n{}\n"
        "</details>\n\n",
        used.size(), all);
  }

  // What a reviewer looks at once, or when something blocks.
  std::string explanations() const {
    const auto passed = static_cast<std::size_t>(
        std::ranges::count(plan_.guards, GuardResult::pass, &GuardVerdict::result));
    std::string all = fmt::format(
        "<details><summary>Guards: {} of {} passed{} · check it yourself</summary>\n\n", passed,
        plan_.guards.size(), plan_.diagnostics.empty() ? "" : " · what to do about warnings");
    all += guards();
    std::size_t shown = 0;
    for (const Diagnostic& each : plan_.diagnostics) {
      if (++shown <= kMaxFindings) all += fmt::format("- {}\n", finding(each, true));
    }
    if (shown > kMaxFindings) all += fmt::format("- and {} more\n", shown - kMaxFindings);
    if (shown > 0) all += "\n";
    return all + reproduction() + "\n</details>\n\n";
  }

  std::string guards() const {
    if (plan_.guards.empty()) return {};
    std::string all = "| Guard | Allowed | Here | Result |\n|---|---|---|---|\n";
    for (const GuardVerdict& guard : plan_.guards) {
      all += fmt::format("| {} | {} | {} | {} |\n", markdown_code(guard.id),
                         markdown_text(guard.limit), markdown_text(guard.observed),
                         guard.result == GuardResult::pass
                             ? std::string("passed")
                             : fmt::format("**blocks**: {}", markdown_text(guard.remedy)));
    }
    return all + "\n";
  }

  std::string reproduction() const {
    const Provenance& from = plan_.provenance;
    std::string all;
    if (!from.before.commit.empty() && !plan_.is_live()) {
      const std::string command =
          fmt::format("hookplan plan {} {} --config-path {}", shell_word(from.before.commit),
                      shell_word(from.after.commit), shell_word(from.path));
      all += fmt::format("{} must print\n", markdown_code(command));
    }
    all += fmt::format(
        "<code>{}</code>. The plan holds no secret{}.\n", markdown_text(plan_.intent_digest),
        plan_.is_live() ? "" : " and was made without looking at live hooks or tokens");
    return all;
  }

  std::string origin() const {
    const Provenance& from = plan_.provenance;
    const std::string base = plan_.is_live() ? std::string("what is live")
                             : from.before.commit.empty()
                                 ? std::string("nothing")
                                 : markdown_code(from.before.commit.substr(0, kShortId));
    const std::string unchanged = plan_.is_unread()
                                      ? std::string("the same in both revisions")
                                      : fmt::format("{} unchanged", plan_.summary.unchanged);
    return fmt::format("<sub>{} · {} → {} · {} · intent {}</sub>\n", markdown_code(from.path), base,
                       markdown_code(from.after.commit.substr(0, kShortId)), unchanged,
                       short_digest(plan_.intent_digest));
  }

  const Plan& plan_;
  const PlanFrame& frame_;
  Depth depth_;
  std::vector<const Change*> ended_ = {};  // whose events stop
  std::vector<const Diagnostic*> stopping_ = {};
  std::vector<const Diagnostic*> others_ = {};
  std::size_t warnings_ = 0;
};

}  // namespace

std::string to_markdown(const Plan& plan, const PlanFrame& frame) {
  const std::size_t max = kMaxMarkdownBytes - std::min(kMaxMarkdownBytes, frame.reserved_bytes);
  constexpr std::size_t kAll = static_cast<std::size_t>(-1);
  for (const Depth depth : {Depth::full, Depth::without_links, Depth::lists}) {
    std::string text = MarkdownView(plan, frame, depth).text(kAll, kAll);
    if (text.size() <= max) return text;
  }
  // Names get what the rest leaves: first those of what ends, then the others.
  constexpr std::size_t kSlack = 300;  // for the words that say how many more there are
  const MarkdownView view(plan, frame, Depth::lists);
  const std::size_t bare = view.text(0, 0).size() + kSlack;
  const std::size_t room = max - std::min(max, bare);
  const std::size_t room_of_others =
      room - std::min(room, view.text(room, 0).size() - bare + kSlack);
  return view.text(room, room_of_others);
}

}  // namespace hookplan
