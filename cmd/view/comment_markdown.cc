// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/comment_markdown.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cmd/view/diagnostic_text.h"
#include "cmd/view/markdown_escape.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/report_text.h"
#include "cmd/view/styled_text.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxProblems = 20;
constexpr std::size_t kMaxTextBytes = 600;

std::string short_commit(std::string_view commit) {
  return markdown_code(commit.substr(0, kShortId));
}

std::string short_intent(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  if (digest.starts_with(kPrefix)) digest.remove_prefix(kPrefix.size());
  return markdown_code(digest.substr(0, kShortId));
}

// Whoever has reviewed it need not do so again because of a rebase.
std::string same_plan_note(const ReviewMark& mark) {
  if (mark.intent.empty() || mark.first_head.empty() || mark.first_head == mark.head) return {};
  return fmt::format(
      "**Same plan as for {}**: the commits changed, what they ask for did not. Approvals of it "
      "stand.",
      short_commit(mark.first_head));
}

std::string history(const ReviewMark& mark) {
  std::vector<std::string> lines;
  for (const ReviewMark::Earlier& each : mark.earlier)
    lines.push_back(fmt::format("{} for {}", short_intent(each.intent), short_commit(each.head)));
  return lines.empty() ? std::string()
                       : fmt::format("<sub>Earlier plans here: {}</sub>", fmt::join(lines, ", "));
}

std::string footer_of(const ReviewMark& mark) {
  const std::string before = history(mark);
  return before.empty() ? before : "\n" + before + "\n";
}

std::string cut(std::string text, std::size_t max) {
  if (text.size() <= max) return text;
  text.resize(text.rfind('\n', max) + 1);
  return text;
}

std::string problem_line(const Diagnostic& problem) {
  const std::string place = place_of(problem.where);
  std::string line = "- ";
  if (!place.empty()) line += fmt::format("**{}** ", markdown_text(excerpt(place)));
  line += fmt::format("{} ({})", markdown_text(cut(problem.message, kMaxTextBytes)),
                      to_string(problem.code));
  if (!problem.hint.empty())
    line += fmt::format(". Fix: {}", markdown_text(cut(problem.hint, kMaxTextBytes)));
  return line + "\n";
}

// "failed" comes first: it is what somebody has to look at.
constexpr std::array kGravestFirst = {Outcome::failed,   Outcome::waiting, Outcome::not_started,
                                      Outcome::settling, Outcome::done,    Outcome::unchanged,
                                      Outcome::planned};

bool needs_somebody(Outcome outcome) {
  return outcome == Outcome::failed || outcome == Outcome::waiting ||
         outcome == Outcome::not_started;
}

std::string_view sign_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::failed: return "❌";
    case Outcome::waiting: return "✋";
    case Outcome::not_started: return "⏸️";
    case Outcome::settling: return "⏳";
    case Outcome::done:
    case Outcome::unchanged: return "✅";
    case Outcome::planned: break;
  }
  return "▫️";
}

// When the last of them is over.
std::string latest_end(const ApplyReport& report) {
  std::optional<Instant> latest;
  for (const EntryReport& each : report.entries) {
    if (each.until && (!latest || *latest < *each.until)) latest = each.until;
  }
  return latest ? to_rfc3339({latest->seconds, 0}) : std::string();
}

std::string verdict_of(const ApplyReport& report) {
  if (report.already_applied) return "**Nothing to do:** it was applied already.";
  const std::size_t settling = report.count(Outcome::settling);
  const std::size_t reached =
      report.count(Outcome::done) + settling + report.count(Outcome::unchanged);
  std::string all =
      fmt::format("**{}: {} of {}.**", report.is_complete() ? "Applied" : "Unfinished", reached,
                  counted(report.entries.size(), "entry", "entries"));
  if (!report.is_complete()) {
    all += fmt::format(" {}. What was done is safe; the next run goes on where this one stopped.",
                       counted_outcomes(report));
  }
  if (settling > 0) {
    const std::string end = latest_end(report);
    all +=
        fmt::format(" Old tokens of {} stay valid{}; then <code>hookplan settle</code> drops them.",
                    counted(settling, "entry", "entries"),
                    end.empty() ? "" : fmt::format(" until {}", markdown_text(end)));
  }
  return all;
}

std::string detail_of(const EntryReport& entry) {
  if (entry.error) {
    const Diagnostic& first = entry.error->first();
    std::string text = fmt::format("{} {}", to_string(first.code),
                                   markdown_text(cut(first.message, kMaxTextBytes)));
    if (!first.hint.empty())
      text += fmt::format(". Fix: {}", markdown_text(cut(first.hint, kMaxTextBytes)));
    return text;
  }
  if (entry.outcome == Outcome::waiting) return "a person must act; see the hand-over file";
  if (entry.until) return "until " + markdown_text(to_rfc3339({entry.until->seconds, 0}));
  return markdown_text(entry.kinds);
}

// Rows up to that size; `omitted` counts the others.
std::string rows_of(const std::vector<const EntryReport*>& entries, std::size_t room) {
  std::string all = "| Entry | |\n|---|---|\n";
  std::size_t omitted = 0;
  for (const EntryReport* const each : entries) {
    const std::string row =
        fmt::format("| {} | {} |\n", markdown_code(each->entry), detail_of(*each));
    if (omitted > 0 || all.size() + row.size() > room) {
      ++omitted;
    } else {
      all += row;
    }
  }
  if (omitted > 0) all += fmt::format("\nand **{} more**: the log of the run lists all\n", omitted);
  return all;
}

std::string outcomes_of(const ApplyReport& report, std::size_t room) {
  std::string all;
  for (const Outcome outcome : kGravestFirst) {
    std::vector<const EntryReport*> entries;
    for (const EntryReport& each : report.entries) {
      if (each.outcome == outcome) entries.push_back(&each);
    }
    if (entries.empty()) continue;
    constexpr std::size_t kHeading = 200;
    const std::string rows = rows_of(entries, room - std::min(room, all.size() + kHeading));
    all += needs_somebody(outcome)
               ? fmt::format("{} **{} ({})**\n\n{}\n", sign_of(outcome), to_string(outcome),
                             entries.size(), rows)
               : fmt::format("<details><summary>{} <b>{} ({})</b></summary>\n\n{}\n</details>\n",
                             sign_of(outcome), to_string(outcome), entries.size(), rows);
  }
  return all;
}

}  // namespace

std::string plan_comment(const Plan& plan, const ReviewMark& mark) {
  return to_markdown(plan, {same_plan_note(mark), history(mark), to_text(mark).size()});
}

std::string problem_comment(const std::vector<Diagnostic>& problems, const ReviewMark& mark) {
  std::string all =
      fmt::format("### ❌ Webhook plan: no plan could be made\n\n**Not ready to merge:** {}.\n\n",
                  counted(problems.size(), "problem"));
  for (std::size_t i = 0; i < std::min(problems.size(), kMaxProblems); ++i)
    all += problem_line(problems[i]);
  if (problems.size() > kMaxProblems)
    all += fmt::format("- and {} more\n", problems.size() - kMaxProblems);
  return all + footer_of(mark);
}

std::string applied_comment(const Plan& plan, const ApplyReport& report, const ReviewMark& mark) {
  std::string all =
      fmt::format("### Webhook plan: {}\n\n{}\n\n", counted_changes(plan), verdict_of(report));
  for (const Error& error : report.errors) {
    for (const Diagnostic& each : error.diagnostics) all += problem_line(each);
  }
  if (!report.errors.empty()) all += "\n";
  const std::string end =
      fmt::format("\n<sub>{} · {} · intent {}</sub>\n", markdown_code(plan.provenance.path),
                  short_commit(plan.provenance.after.commit), short_intent(plan.intent_digest)) +
      footer_of(mark);
  const std::size_t used = all.size() + end.size() + to_text(mark).size();
  return all + outcomes_of(report, kMaxMarkdownBytes - std::min(kMaxMarkdownBytes, used)) + end;
}

}  // namespace hookplan
