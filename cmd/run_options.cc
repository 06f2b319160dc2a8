// SPDX-License-Identifier: Apache-2.0
#include "cmd/run_options.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/exit_code.h"
#include "cmd/output_check.h"
#include "cmd/runner.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/report_text.h"
#include "core/base/text.h"
#include "core/config/settings_fields.h"

namespace hookplan {
namespace {

Result<std::chrono::seconds> duration_of(const CommandLine& line, std::string_view option,
                                         std::string_view otherwise) {
  constexpr std::chrono::seconds kMax = std::chrono::days{7};
  const std::string text = line.get(option, otherwise);
  const auto duration = duration_from_text(text);
  if (duration && duration->count() >= 0 && *duration <= kMax) return *duration;
  return fail(Code::bad_option_value, "--{} cannot be {}", option, excerpt(text))
      .hint("a number and s, m, h or d, from 0s to 7d, such as 5m");
}

Result<std::size_t> parallel_of(const CommandLine& line) {
  constexpr std::size_t kMax = 1000;
  const std::string text = line.get("parallel", "50");
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  if (is_number && number >= 1 && number <= kMax) return number;
  return fail(Code::bad_option_value, "--parallel cannot be {}", excerpt(text))
      .hint("a number from 1 to {}", kMax);
}

// Whether a person has confirmed something that the report says waits. What cannot be read is for
// the next run to complain about.
bool is_confirmed(Services& services, const ApplyReport& report) {
  const auto waiting = services.people().waiting();
  return !waiting || std::ranges::any_of(report.entries, [&](const EntryReport& entry) {
    return entry.outcome == Outcome::waiting && !std::ranges::binary_search(*waiting, entry.entry);
  });
}

// Waits until a person confirmed something, the time is over, or the run is to stop.
bool wait_for_people(Services& services, const ApplyReport& report, Clock& clock,
                     std::chrono::steady_clock::time_point end) {
  constexpr std::chrono::milliseconds kPause{500};
  while (!is_asked_to_stop()) {
    if (is_confirmed(services, report)) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    clock.sleep_for(kPause);
  }
  return false;
}

}  // namespace

Result<RunOptions> run_options_of(const CommandLine& line) {
  RunOptions options;
  TRY(options.patience, duration_of(line, "wait", "5m"));
  TRY(options.parallel, parallel_of(line));
  options.only = line.get("only");
  options.dry_run = line.has("dry-run");
  options.is_emergency = line.has("emergency");
  options.removes_doubles = line.has("remove-doubles");
  if (line.has("wait")) options.lease_patience = options.patience;
  return options;
}

Result<void> fit_deadline(RunOptions& options, const CommandLine& line,
                          std::chrono::seconds overlap) {
  const std::chrono::seconds max =
      std::max(overlap - kLongestCall - std::chrono::seconds(1), std::chrono::seconds(1));
  options.deadline = std::min(options.deadline, max);
  if (!line.has("deadline")) return {};
  TRY(options.deadline, duration_of(line, "deadline", ""));
  if (options.deadline >= std::chrono::seconds(1) && options.deadline <= max) return {};
  return fail(Code::bad_option_value, "--deadline cannot be {} where the overlap is {} s",
              excerpt(line.get("deadline")), overlap.count())
      .hint("from 1s to {}s: what a run began must have arrived before its old tokens go",
            max.count());
}

std::filesystem::path handover_of(const CommandLine& line) {
  return line.get("handover", "hookplan-handover.yaml");
}

RealOutside::RealOutside(const CommandLine& line, const Settings& settings,
                         std::unique_ptr<EventFile> events, std::unique_ptr<Observer> observer)
    : services_(handover_of(line), settings.access, clock_),
      fibers_({[this] { return clock_.running(); },
               [this](std::chrono::milliseconds at_most) { services_.work(at_most); },
               {}}),
      events_(std::move(events)),
      observer_(std::move(observer)),
      outside_{[this](const Route& route) { return services_.systems_of(route); },
               clock_,
               fibers_,
               *events_,
               *observer_,
               this_runner(),
               is_runner_gone,
               is_asked_to_stop} {}

Result<std::unique_ptr<RealOutside>> RealOutside::make(const CommandLine& line,
                                                       const Console& console,
                                                       const Settings& settings,
                                                       std::unique_ptr<Observer> observer) {
  TRY_VOID(check_outputs_against(line, settings));
  TRY(std::unique_ptr<EventFile> events, EventFile::open(line.get("events")));
  if (!observer) observer = std::make_unique<ProgressView>(console, line.get("format") == "json");
  return std::unique_ptr<RealOutside>(
      new RealOutside(line, settings, std::move(events), std::move(observer)));
}

int exit_code_of(const ApplyReport& report) {
  if (report.interrupted) return kInterrupted;
  if (!report.errors.empty()) return exit_code_of(report.errors.front().kind);
  if (report.has_done_its_part()) return kSuccess;
  const std::optional<Error>& first = report.entries.front().error;
  const bool same =
      first && std::ranges::all_of(report.entries, [&](const EntryReport& entry) {
        return entry.outcome == Outcome::failed && entry.error && entry.error->kind == first->kind;
      });
  return same ? exit_code_of(first->kind) : kUnfinished;
}

Result<int> run_and_report(const CommandLine& line, const Console& console, RealOutside& real,
                           const std::function<ApplyReport()>& run_once, ApplyReport& report) {
  TRY(const std::chrono::seconds patience, duration_of(line, "await", "0s"));
  stop_gently(
      fmt::format("stopped at once: the step at work may or may not have happened, which is safe; "
                  "run hookplan {} again\n",
                  line.command->name));
  const auto end = std::chrono::steady_clock::now() + patience;
  report = run_once();
  while (report.count(Outcome::waiting) > 0 && !line.has("dry-run") &&
         std::chrono::steady_clock::now() < end) {
    if (!wait_for_people(real.services(), report, real.outside().clock, end)) break;
    report = run_once();
  }
  if (is_asked_to_stop() && !report.has_done_its_part()) report.interrupted = true;
  const int code = line.has("dry-run") && report.errors.empty() ? kSuccess : exit_code_of(report);
  console.complain(to_text(real.services().warnings(), console.errors));
  if (line.get("format") == "json") {
    TRY_VOID(console.print(to_json(report, code)));
    return code;
  }
  TRY_VOID(console.print_text(to_text(report, console.output)));
  console.complain(to_text(report.warnings, console.errors));
  for (const Error& error : report.errors)
    console.complain(to_text(error.diagnostics, console.errors));
  if (report.count(Outcome::waiting) > 0) {
    const std::string file = handover_of(line).string();
    console.complain(
        wrapped(fmt::format("{} says what people must do; it holds secrets{}", printable(file),
                            line.has("handover")
                                ? fmt::format(". Confirm with --handover {}", shell_word(file))
                                : ""),
                0, console.errors));
  }
  if (code == kUnfinished || code == kInterrupted) {
    console.complain("run it again to go on:\n" +
                     wrapped_command(typed_again(line), 2, console.errors));
  }
  if (code == kSuccess && report.count(Outcome::left_out) > 0) {
    console.complain(
        fmt::format("run hookplan {} without --only for what is left out\n", line.command->name));
  }
  return code;
}

}  // namespace hookplan
