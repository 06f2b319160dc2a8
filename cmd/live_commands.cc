// SPDX-License-Identifier: Apache-2.0
// The commands that look at what is live: status, settle, reconcile, rotate and confirm.
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/applying.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/planning.h"
#include "cmd/run_options.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "cmd/view/report_text.h"
#include "core/apply/apply.h"
#include "core/apply/live_changes.h"
#include "core/apply/live_state.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/config/other_configs.h"
#include "core/config/revisions.h"
#include "core/git/git_repository.h"

namespace hookplan {
namespace {

std::string first_word(const CommandLine& line) {
  return line.words.empty() ? std::string() : line.words.front();
}

// The options with which another command finds the same config.
std::string same_place(const CommandLine& line) {
  std::string options;
  for (const std::string_view name : {"repo", "config-path", "settings"}) {
    if (line.has(name)) options += fmt::format(" --{} {}", name, shell_word(line.get(name)));
  }
  return options;
}

// What is live, but for what another config of the revision lists and this one does not: that is
// not extra, and not ours to remove. Git is read when the systems are left, under --timeout again.
Result<LiveState> live_state_of(const Revisions& revisions, const CommandLine& line,
                                const Console& console) {
  const RevisionSide& head = revisions.after;
  LiveState live;
  {
    TRY(const auto real, RealOutside::make(line, console, head.settings));
    live = observe(head.snapshot, head.settings, real->outside());
    console.complain(to_text(real->services().warnings(), console.errors));
  }
  const auto is_extra = [](const EntryStatus& entry) {
    return entry.condition == Condition::extra;
  };
  if (std::ranges::none_of(live.entries, is_extra)) return live;
  TRY(const GitRepository repository, GitRepository::open(line.get("repo", ".")));
  TRY(const OtherConfigs others,
      OtherConfigs::read(repository, head.commit, revisions.config_path, revisions.types));
  std::erase_if(live.entries, [&](const EntryStatus& entry) {
    return is_extra(entry) && others.lists(entry.entry);
  });
  return live;
}

int code_of(const LiveState& live, bool tells_drift) {
  if (!live.errors.empty()) return exit_code_of(live.errors.front().kind);
  if (const auto failure = live.common_failure()) return exit_code_of(*failure);
  return tells_drift && live.has_drift() ? kDrift : kSuccess;
}

}  // namespace

Result<int> show_status(const CommandLine& line, const Console& console, LiveState& live) {
  TRY(const Revisions revisions, read_revision_of(line, first_word(line)));
  TRY(live, live_state_of(revisions, line, console));
  const int code = code_of(live, line.has("exit-code"));
  const std::vector<NextCommand> next = next_commands(live, same_place(line));
  if (line.get("format") == "json") {
    TRY_VOID(console.print(to_json(live, next, code)));
    return code;
  }
  TRY_VOID(console.print_text(to_text(live, next, console.output)));
  for (const Error& error : live.errors)
    console.complain(to_text(error.diagnostics, console.errors));
  return code;
}

Result<int> run_status(const CommandLine& line, const Console& console) {
  LiveState live;
  return show_status(line, console, live);
}

Result<int> settle_rest(const CommandLine& line, const Console& console, ApplyReport& report) {
  TRY(RunOptions options, run_options_of(line));
  TRY(const Revisions revisions, read_revision_of(line, first_word(line)));
  TRY_VOID(fit_deadline(options, line, revisions.after.settings.overlap));
  TRY(const auto real, RealOutside::make(line, console, revisions.after.settings));
  const RevisionSide& head = revisions.after;
  return run_and_report(
      line, console, *real,
      [&] { return settle(head.settings, head.snapshot, real->outside(), options); }, report);
}

Result<int> run_settle(const CommandLine& line, const Console& console) {
  ApplyReport report;
  return settle_rest(line, console, report);
}

Result<int> run_reconcile(const CommandLine& line, const Console& console) {
  TRY(const Instant now, plan_time());
  TRY(Revisions revisions, read_revision_of(line, first_word(line)));
  TRY(const LiveState live, live_state_of(revisions, line, console));
  if (!live.errors.empty()) return live.errors.front();
  LiveChanges changes{changes_towards(revisions.after.snapshot, revisions.after.settings, live,
                                      line.has("adopt") ? std::optional(now) : std::nullopt),
                      live.holds_global};
  revisions.base_rule = "what is live";
  return put_plan_of(std::move(revisions), std::move(changes), line, now, console);
}

Result<int> run_rotate(const CommandLine& line, const Console& console) {
  if (line.has("all") != line.words.empty()) {
    return fail(Code::bad_option_value, line.has("all")
                                            ? "a pattern and --all contradict each other"
                                            : "which entries are to be rotated?")
        .hint("name a pattern, or --all of them");
  }
  TRY(const Instant now, plan_time());
  TRY(Revisions revisions, read_revision_of(line, line.get("at")));
  const std::string pattern = line.has("all") ? "*" : line.words.front();
  auto changes = rotations(revisions.after.snapshot, revisions.after.settings, pattern, now);
  if (changes.empty()) {
    return fail(Code::bad_option_value, "no entry fits {}", printable(pattern))
        .hint("`hookplan status` lists the entries");
  }
  revisions.base_rule = "a request to rotate";
  return put_plan_of(std::move(revisions), LiveChanges{std::move(changes), false}, line, now,
                     console);
}

namespace {

// What changed is confirmed the next time, all of it, and holds nothing else up now.
Result<int> confirm_all(People& people, const std::vector<std::string>& entries,
                        const CommandLine& line, const Console& console) {
  std::vector<std::string> changed;
  for (const std::string& entry : entries) {
    const Result<void> confirmed = people.confirm(entry);
    if (confirmed) continue;
    if (confirmed.error().first().code != Code::handover_changed) return confirmed.error();
    changed.push_back(printable(entry));
  }
  if (const std::size_t count = entries.size() - changed.size(); count > 0) {
    TRY_VOID(console.print(fmt::format("confirmed: {}\n", counted(count, "entry", "entries"))));
  }
  if (!changed.empty()) {
    return fail(Code::handover_changed,
                "what is to be done for {} changed since it was first written down",
                fmt::join(changed, ", "));
  }
  const std::string file =
      line.has("handover") ? " --handover " + shell_word(line.get("handover")) : "";
  console.complain(fmt::format("run hookplan apply again, or hookplan settle, to go on{}\n",
                               file.empty() ? file : ", with" + file));
  return kSuccess;
}

}  // namespace

Result<int> run_confirm(const CommandLine& line, const Console& console) {
  SystemClock clock;
  Services services(handover_of(line), {}, clock);
  People& people = services.people();
  TRY(const std::vector<std::string> waiting, people.waiting());
  std::vector<std::string> confirmed;
  // A name is data, whatever characters it has: only who asks for patterns gets them, and confirms
  // more than one entry.
  const bool are_patterns = line.has("pattern");
  for (const std::string& word : line.words) {
    const std::size_t before = confirmed.size();
    for (const std::string& entry : waiting) {
      const bool fits =
          are_patterns ? matches(word, entry) : ascii_lower(word) == ascii_lower(entry);
      if (fits) confirmed.push_back(entry);
    }
    if (confirmed.size() > before) continue;
    const bool is_pattern = !are_patterns && word.find('*') != std::string::npos;
    return fail(Code::nothing_to_confirm, "nothing waits for {}", printable(word))
        .hint(is_pattern
                  ? "a name is meant here; for all that fit a pattern: hookplan confirm --pattern"
                  : "");
  }
  std::ranges::sort(confirmed);
  confirmed.erase(std::unique(confirmed.begin(), confirmed.end()), confirmed.end());
  return confirm_all(people, confirmed, line, console);
}

}  // namespace hookplan
