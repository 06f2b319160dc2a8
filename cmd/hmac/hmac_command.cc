// SPDX-License-Identifier: Apache-2.0
// hookplan hmac: looks, says what follows, and does it unless it is a dry run. What it does is what
// `reconcile` and `apply` do; only where the config and the settings come from is different.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/hmac/hmac_log.h"
#include "cmd/hmac/hmac_settings.h"
#include "cmd/interruption.h"
#include "cmd/run_options.h"
#include "cmd/version.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/report_text.h"
#include "core/apply/apply.h"
#include "core/apply/live_state.h"
#include "core/apply/state_plan.h"
#include "core/base/text.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

std::optional<std::string> variable_of(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

bool wants_json(const CommandLine& line) {
  const std::string format = line.get("log-format", "auto");
  return format == "json" || (format == "auto" && ::isatty(STDERR_FILENO) == 0);
}

// --- what is noticed on the way

bool is_due(const EntryStatus& status, const Snapshot& snapshot) {
  const auto entry = std::ranges::lower_bound(snapshot.entries, status.entry, {}, &Entry::name);
  const bool is_listed = entry != snapshot.entries.end() && entry->name == status.entry;
  return is_listed && (!status.newest || *status.newest <= entry->token_created_after);
}

// What cannot be looked at. Only where something would have to be done it is more than a warning:
// a bot that lost its rights is to be heard of, and not to stop every job of everybody.
std::vector<Diagnostic> out_of_sight(const LiveState& live, const Snapshot& snapshot) {
  std::vector<Diagnostic> found;
  for (const EntryStatus& status : live.entries) {
    if (status.condition != Condition::unknown) continue;
    Diagnostic diagnostic = fail(Code::hook_out_of_sight, "the hook of {} cannot be seen: {}",
                                 printable(status.entry), status.note)
                                .entry(status.entry)
                                .first();
    if (is_due(status, snapshot)) diagnostic.severity = Severity::error;
    found.push_back(std::move(diagnostic));
  }
  return found;
}

std::vector<Diagnostic> notes_on(const LiveState& live, const Snapshot& snapshot) {
  std::vector<Diagnostic> notes = out_of_sight(live, snapshot);
  for (const EntryStatus& status : live.entries) {
    if (status.condition != Condition::unexplained || status.old_tokens > 0) continue;
    notes.push_back(fail(Code::tokens_kept, "{} has {} tokens, which stay", printable(status.entry),
                         status.tokens)
                        .entry(status.entry)
                        .first());
  }
  return notes;
}

bool has_error(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::find(diagnostics, Severity::error, &Diagnostic::severity) !=
         diagnostics.end();
}

// Remedies that speak of a settings file are of no use to whoever has flags.
void name_flags(std::vector<GuardVerdict>& guards) {
  for (GuardVerdict& guard : guards) {
    if (guard.result == GuardResult::pass) continue;
    if (guard.id == "max_removals")
      guard.remedy = "look at what is removed; if it is meant, give --max-removals=NUMBER";
    if (guard.id == "empty_section")
      guard.remedy = "restore the section; if it is meant to be empty, give --allow-empty";
  }
}

// --- one job

class HmacJob {
 public:
  HmacJob(const CommandLine& line, const Console& console)
      : line_(line), console_(console), as_json_(wants_json(line)), log_(console) {}

  int run() {
    const Result<int> code = go();
    if (code) return *code;
    say(code.error());
    return exit_code_of(code.error().kind);
  }

 private:
  Result<int> go() {
    TRY(HmacSettings told, hmac_settings(line_, variable_of));
    for (const Diagnostic& note : told.notes) say(note);
    TRY(ProwConfig config, read_prow_config(told.files));
    TRY(const RunOptions options, options_of(told));
    TRY(const auto real,
        RealOutside::make(line_, console_, told.settings,
                          as_json_ ? std::make_unique<HmacLog>(console_) : nullptr));
    stop_gently(
        "stopped at once: the step at work may or may not have happened, which is safe; "
        "the next run goes on\n");
    // A login that cannot be had is one error, not one of every entry.
    const auto systems = real->services().systems_of(told.settings.routes.front().route);
    if (!systems) return systems.error();
    const LiveState live = observe(config.snapshot, told.settings, real->outside());
    for (const Error& error : live.errors) say(error);
    if (!live.errors.empty()) return static_cast<int>(exit_code_of(live.errors.front().kind));
    const std::vector<Diagnostic> notes = notes_on(live, config.snapshot);
    for (const Diagnostic& note : notes) say(note);

    StateTarget target{told.files.config.string(), config.file, config.snapshot, told.settings,
                       plugin_types()};
    StateProposal proposal = propose(std::move(target), live, wall_clock(), kVersion);
    name_flags(proposal.plan.guards);
    TRY_VOID(console_.print(to_text(proposal.plan, console_.output)));
    if (!proposal.accepted) return refuse(proposal.plan);
    TRY(const int code, carry_out(*proposal.accepted, *real, options, told.finish));
    for (const Diagnostic& odd : real->services().warnings()) say(odd);
    return code == kSuccess && has_error(notes) ? static_cast<int>(kUnfinished) : code;
  }

  // As the other commands that run have them.
  Result<RunOptions> options_of(const HmacSettings& told) const {
    CommandLine line = line_;
    for (const std::string flag : {"dry-run", "emergency"}) line.values.erase(flag);
    if (told.dry_run) line.values["dry-run"] = "";
    if (told.is_emergency) line.values["emergency"] = "";
    TRY(RunOptions options, run_options_of(line));
    TRY_VOID(fit_deadline(options, line, told.settings.overlap));
    return options;
  }

  int refuse(const Plan& plan) const {
    if (as_json_) {
      for (const Diagnostic& diagnostic : plan.diagnostics) {
        if (diagnostic.severity == Severity::error) say(diagnostic);
      }
      for (const GuardVerdict& guard : plan.guards) {
        if (guard.result == GuardResult::pass) continue;
        console_.complain(log_line(wall_clock(), "error",
                                   fmt::format("{} blocks: {}, and the limit is {}; {}", guard.id,
                                               guard.observed, guard.limit, guard.remedy),
                                   nullptr, nullptr));
      }
    }
    return plan.has_errors() ? kConfigInvalid : kBlocked;
  }

  Result<int> carry_out(const StatePlan& plan, RealOutside& real, const RunOptions& options,
                        bool finish) const {
    ApplyReport report = apply(plan, real.outside(), options);
    TRY(int code, show(report, options));
    while (finish && code == kSuccess && !options.dry_run) {
      const std::optional<Instant> end = end_of_overlap(report);
      if (!end) break;
      info(fmt::format("old tokens stay valid until {}; waiting to drop them", to_rfc3339(*end)));
      if (!wait_until(*end, real.outside().clock)) return static_cast<int>(kInterrupted);
      report = settle(plan.settings(), plan.snapshot(), real.outside(), options);
      TRY(code, show(report, options));
    }
    return code;
  }

  static std::optional<Instant> end_of_overlap(const ApplyReport& report) {
    std::optional<Instant> end;
    for (const EntryReport& entry : report.entries) {
      if (entry.outcome == Outcome::settling && entry.until && (!end || *entry.until > *end))
        end = entry.until;
    }
    return end;
  }

  // False if the run is asked to stop before.
  static bool wait_until(Instant end, Clock& clock) {
    constexpr std::chrono::milliseconds kPause{500};
    while (clock.now() <= end) {
      if (is_asked_to_stop()) return false;
      clock.sleep_for(kPause);
    }
    return true;
  }

  Result<int> show(ApplyReport& report, const RunOptions& options) const {
    if (is_asked_to_stop() && !report.is_complete()) report.interrupted = true;
    TRY_VOID(console_.print("\n" + to_text(report, console_.output)));
    for (const Diagnostic& warning : report.warnings) say(warning);
    for (const EntryReport& entry : report.entries) {
      if (as_json_ && entry.error) say(*entry.error);
    }
    for (const Error& error : report.errors) say(error);
    return options.dry_run && report.errors.empty() ? static_cast<int>(kSuccess)
                                                    : exit_code_of(report);
  }

  void info(const std::string& message) const {
    if (as_json_) {
      log_.info(message);
    } else {
      console_.complain(message + "\n");
    }
  }
  void say(const Diagnostic& diagnostic) const {
    if (as_json_) {
      log_.say(diagnostic);
    } else {
      console_.complain(to_text({diagnostic}, console_.errors));
    }
  }
  void say(const Error& error) const {
    for (const Diagnostic& diagnostic : error.diagnostics) say(diagnostic);
  }

  const CommandLine& line_;
  const Console& console_;
  bool as_json_;
  HmacLog log_;
};

}  // namespace

Result<int> run_hmac(const CommandLine& line, const Console& console) {
  return HmacJob(line, console).run();
}

}  // namespace hookplan
