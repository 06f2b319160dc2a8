// SPDX-License-Identifier: Apache-2.0
#include "cmd/view/report_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/diagnostic_json.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/plan_json.h"

namespace hookplan {
namespace {

constexpr std::array kOutcomes = {Outcome::done,     Outcome::settling, Outcome::unchanged,
                                  Outcome::planned,  Outcome::waiting,  Outcome::not_started,
                                  Outcome::left_out, Outcome::failed};
constexpr std::size_t kWidestWord = 11;
constexpr std::size_t kNext = 6;      // the width of "next: "
constexpr std::size_t kMinAlike = 4;  // errors that are worth a line of their own together

Colour colour_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::unchanged: return Colour::dim;
    case Outcome::planned: return Colour::cyan;
    case Outcome::done:
    case Outcome::settling: return Colour::green;
    case Outcome::waiting:
    case Outcome::left_out:
    case Outcome::not_started: return Colour::yellow;
    case Outcome::failed: return Colour::red;
  }
  return Colour::dim;
}

Colour colour_of(Condition condition) {
  if (condition == Condition::in_order || condition == Condition::settling) return Colour::green;
  return condition == Condition::unfinished ? Colour::yellow : Colour::red;
}

std::string_view words_of(Step step) {
  switch (step) {
    case Step::accept_invitation: return "accepting an invitation";
    case Step::take_lease: return "saying that this run is at work";
    case Step::store_token: return "storing a new token";
    case Step::await_receiver: return "the receiver's proof";
    case Step::point_hook: return "setting the hook";
    case Step::prove_delivery: return "the proof of a delivery";
    case Step::delete_hook: return "deleting the hook";
    case Step::check_name: return "checking the name";
    case Step::record: return "writing the ledger";
    case Step::drop_tokens: return "dropping old tokens";
  }
  return {};
}

std::string in_seconds(Instant instant) { return to_rfc3339({instant.seconds, 0}); }

std::string in_words(const RunAtWork& run) {
  const std::string who = fmt::format("{}: {}", printable(run.store), printable(run.lease.holder));
  if (!run.has_ended) {
    return fmt::format("{} is at work, since {}, and has it until {}", who,
                       in_seconds(run.lease.since), in_seconds(run.lease.until));
  }
  return fmt::format("{} was at work and was killed; its time ended at {}; the next run goes on",
                     who, in_seconds(run.lease.until));
}

std::string explanation(const EntryReport& entry) {
  switch (entry.outcome) {
    case Outcome::unchanged: return "already up to date";
    case Outcome::left_out: return "not asked for by --only";
    case Outcome::done: return "nothing is left to do";
    case Outcome::settling:
      return entry.until ? fmt::format("done; superseded tokens stay valid until {}",
                                       in_seconds(*entry.until))
                         : "its tokens stay as long as another entry falls back to them";
    case Outcome::waiting:
      return fmt::format("a person must act ({}), then: hookplan confirm {}",
                         entry.step ? words_of(*entry.step) : "a hook", shell_word(entry.entry));
    case Outcome::planned:
      return entry.step ? fmt::format("begins with {}", words_of(*entry.step)) : std::string();
    case Outcome::failed:
    case Outcome::not_started: break;
  }
  std::string text;
  if (entry.error) {
    const Diagnostic& first = entry.error->first();
    text = fmt::format("{} {}", to_string(first.code), printable(first.message));
    if (!first.hint.empty()) text += fmt::format("; fix: {}", printable(first.hint));
  }
  return entry.step ? fmt::format("{}: {}", words_of(*entry.step), text) : text;
}

template <typename Lines>
std::size_t widest_entry(const Lines& lines) {
  constexpr std::size_t kMax = 50;
  std::size_t widest = 0;
  for (const auto& line : lines) widest = std::max(widest, display_width(printable(line.entry)));
  return std::min(widest, kMax);
}

std::string line(std::string_view entry, std::size_t width, std::string_view word, Colour colour,
                 const std::string& text, const TextStyle& style) {
  constexpr std::size_t kBelow = 6;
  constexpr std::size_t kLeastBeside = 40;  // less is no room for a sentence
  const std::string name = padded(printable(entry), width);
  const std::size_t indent = 2 + display_width(name) + 2 + kWidestWord + 2;
  const std::string head =
      fmt::format("  {}  {}", name, painted(padded(word, kWidestWord), colour, style));
  const bool fits = style.width == 0 || indent + display_width(text) <= style.width;
  if (fits) return fmt::format("{}  {}\n", head, text);
  if (indent + kLeastBeside <= style.width)
    return fmt::format("{}  {}", head, wrapped(text, indent, style).substr(indent));
  if (indent - 2 <= style.width)
    return fmt::format("  {}  {}\n{}", name, painted(word, colour, style),
                       wrapped(text, kBelow, style));
  return fmt::format("  {}\n{}{}\n{}", printable(entry), std::string(kBelow, ' '),
                     painted(word, colour, style), wrapped(text, kBelow, style));
}

// Errors that many entries share, with their names: they are said once.
using Alike = std::map<std::pair<Outcome, std::string>, std::vector<std::string>>;

Alike alike_errors(const ApplyReport& report) {
  Alike alike;
  for (const EntryReport& entry : report.entries) {
    if (entry.error) alike[{entry.outcome, explanation(entry)}].push_back(entry.entry);
  }
  std::erase_if(alike, [](const auto& one) { return one.second.size() < kMinAlike; });
  return alike;
}

std::string first_names(const std::vector<std::string>& entries) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, entries.size()); ++i)
    shown.push_back(printable(entries[i]));
  return fmt::format("{} and {} more; --format json names all", fmt::join(shown, ", "),
                     entries.size() - shown.size());
}

void write_optional(JsonWriter& json, const std::optional<Instant>& instant) {
  if (!instant) return json.null();
  json.string(to_rfc3339(*instant));
}

void write_errors(JsonWriter& json, const std::vector<Error>& errors) {
  json.begin_array();
  for (const Error& error : errors) {
    for (const Diagnostic& diagnostic : error.diagnostics) write_diagnostic(json, diagnostic);
  }
  json.end_array();
}

}  // namespace

std::string counted_outcomes(const ApplyReport& report) {
  std::vector<std::string> counts;
  for (const Outcome outcome : kOutcomes) {
    if (const std::size_t count = report.count(outcome); count > 0)
      counts.push_back(fmt::format("{} {}", count, to_string(outcome)));
  }
  if (counts.empty() && !report.errors.empty()) return "nothing was done";
  return counts.empty() ? "nothing to do" : fmt::format("{}", fmt::join(counts, ", "));
}

std::string to_text(const ApplyReport& report, const TextStyle& style) {
  std::string text;
  const std::size_t width = widest_entry(report.entries);
  const Alike alike = alike_errors(report);
  for (const EntryReport& entry : report.entries) {
    const std::string about = explanation(entry);
    const auto others = alike.find({entry.outcome, about});
    const bool is_one_of_many = entry.error && others != alike.end();
    if (is_one_of_many && others->second.front() != entry.entry) continue;
    const std::string name =
        is_one_of_many ? counted(others->second.size(), "entry", "entries") : entry.entry;
    text += line(name, width, to_string(entry.outcome), colour_of(entry.outcome), about, style);
    if (is_one_of_many) text += wrapped(first_names(others->second), 4, style);
  }
  if (!report.entries.empty()) text += "\n";
  for (const std::string& target : report.invitations)
    text += wrapped(fmt::format("invitation to {}: {}", printable(target),
                                report.dry_run ? "is accepted first" : "accepted"),
                    0, style);
  if (report.already_applied) text += "the plan is applied already\n";
  text += wrapped(counted_outcomes(report), 0, style);
  return text;
}

std::string to_json(const ApplyReport& report, int exit_code) {
  JsonWriter json;
  json.begin_object();
  json.key("already_applied").boolean(report.already_applied);
  json.key("entries").begin_array();
  for (const EntryReport& entry : report.entries) {
    json.begin_object();
    json.key("entry").string(entry.entry);
    json.key("error");
    if (entry.error) {
      write_diagnostic(json, entry.error->first());
    } else {
      json.null();
    }
    json.key("kinds").string(entry.kinds);
    json.key("outcome").string(to_string(entry.outcome));
    json.key("step");
    if (entry.step) {
      json.string(to_string(*entry.step));
    } else {
      json.null();
    }
    write_optional(json.key("until"), entry.until);
    json.end_object();
  }
  json.end_array();
  write_errors(json.key("errors"), report.errors);
  json.key("exit_code").integer(exit_code);
  json.key("interrupted").boolean(report.interrupted);
  json.key("invitations").begin_array();
  for (const std::string& target : report.invitations) json.string(target);
  json.end_array();
  json.key("schema").string("hookplan.apply-report/v1");
  json.key("store_writes").integer(static_cast<std::int64_t>(report.writes));
  json.key("warnings").begin_array();
  for (const Diagnostic& warning : report.warnings) write_diagnostic(json, warning);
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

std::string to_text(const LiveState& live, const std::vector<NextCommand>& next,
                    const TextStyle& style) {
  std::string text;
  const std::size_t width = widest_entry(live.entries);
  std::size_t drifted = 0;
  std::size_t unknown = 0;
  for (const EntryStatus& entry : live.entries) {
    if (entry.is_drift()) ++(entry.condition == Condition::unknown ? unknown : drifted);
    std::string about = printable(entry.note);
    if (!entry.remedy.empty()) about += "; fix: " + printable(entry.remedy);
    if (about.empty() && entry.newest)
      about = fmt::format("token of {}", in_seconds(*entry.newest));
    text += line(entry.entry, width, to_string(entry.condition), colour_of(entry.condition), about,
                 style);
  }
  for (const std::string& store : live.edited_stores) {
    text +=
        wrapped(fmt::format("{} was edited or put back since hookplan wrote it", printable(store)),
                2, style);
  }
  for (const RunAtWork& run : live.at_work) text += wrapped(in_words(run), 2, style);
  if (!live.entries.empty()) text += "\n";
  if (!live.errors.empty()) return text + "a store cannot be read\n";
  text += drifted == 0 ? counted(live.entries.size() - unknown, "entry", "entries") + " up to date"
                       : fmt::format("{} of {} not up to date", drifted,
                                     counted(live.entries.size(), "entry", "entries"));
  text += unknown == 0 ? "\n" : fmt::format(", {} unknown\n", unknown);
  for (const NextCommand& each : next)
    text += "next: " + wrapped_command(each.command, kNext, style).substr(kNext) +
            wrapped(each.purpose, kNext, style);
  return text;
}

std::string to_json(const LiveState& live, const std::vector<NextCommand>& next, int exit_code) {
  JsonWriter json;
  json.begin_object();
  json.key("at_work").begin_array();
  for (const RunAtWork& run : live.at_work) {
    json.begin_object();
    json.key("has_ended").boolean(run.has_ended);
    json.key("holder").string(run.lease.holder);
    json.key("since").string(to_rfc3339(run.lease.since));
    json.key("store").string(run.store);
    json.key("until").string(to_rfc3339(run.lease.until));
    json.end_object();
  }
  json.end_array();
  json.key("drift").boolean(live.has_drift());
  json.key("edited_stores").begin_array();
  for (const std::string& store : live.edited_stores) json.string(store);
  json.end_array();
  json.key("entries").begin_array();
  for (const EntryStatus& entry : live.entries) {
    json.begin_object();
    json.key("condition").string(to_string(entry.condition));
    json.key("entry").string(entry.entry);
    write_optional(json.key("newest_token"), entry.newest);
    json.key("note").string(entry.note);
    json.key("remedy").string(entry.remedy);
    json.key("tokens").integer(static_cast<std::int64_t>(entry.tokens));
    json.end_object();
  }
  json.end_array();
  write_errors(json.key("errors"), live.errors);
  json.key("exit_code").integer(exit_code);
  json.key("holds_global").boolean(live.holds_global);
  json.key("next").begin_array();
  for (const NextCommand& each : next) json.string(each.command);
  json.end_array();
  json.key("schema").string("hookplan.status/v1");
  json.end_object();
  return json.take() + "\n";
}

}  // namespace hookplan
