// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/diagnostics_json.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/locate.h"
#include "core/config/read_config.h"
#include "core/config/revisions.h"
#include "core/plan/findings.h"
#include "core/sign/policy.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// What was found in one file, and a word about it if nothing was wrong.
struct Checked {
  std::vector<Diagnostic> diagnostics = {};
  std::string fine = {};
};

// What is checked: a file, or what came through standard input, which can be read only once.
struct Source {
  std::string path;
  std::optional<std::string> piped = {};

  static Result<Source> of(const std::string& word) {
    if (word != kStandardStream) return Source{word};
    TRY(std::string bytes, read_input(word, kMaxConfigBytes));
    return Source{name_of_input(word), std::move(bytes)};
  }
  Result<std::string> read(std::size_t most_bytes) const {
    if (!piped) return read_file(path, most_bytes);
    if (piped->size() <= most_bytes) return *piped;
    return fail(Code::unreadable_file, "{} has more than {} bytes", path, most_bytes)
        .hint("is it what you meant?");
  }
};

// A policy may stand in a file of any name; it says `version:`, and a Prow config never does.
bool says_version(const Source& source) {
  const Result<std::string> bytes = source.read(kMaxSettingsBytes);
  return bytes && !names_the_section(*bytes) &&
         (bytes->starts_with("version:") || bytes->find("\nversion:") != std::string::npos);
}

bool is_settings(const Source& source, std::string_view kind) {
  if (kind != "auto") return kind == "settings";
  if (says_version(source)) return true;
  const std::filesystem::path path = source.path;
  return path.filename() == kSettingsName || path.filename().string().ends_with(kSettingsName);
}

void place(std::vector<Diagnostic>& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) diagnostic.where.side = Side::none;
}

Result<Checked> check_settings(const Source& source) {
  const std::string& path = source.path;
  TRY(const std::string bytes, source.read(kMaxSettingsBytes));
  TRY(const Settings settings, read_settings(bytes, path, plugin_types()));
  Checked checked;
  checked.fine = counted(settings.routes.size(), "route");
  if (settings.policy) {
    TRY(const Policy policy, make_policy(settings));
    checked.fine += fmt::format(", policy with {} and {}", counted(policy.keys.size(), "key"),
                                counted(policy.roles.size(), "role"));
  }
  return checked;
}

// The nearest settings above the file, up to the top of its repository; outside of one those in the
// working directory. Empty: there are none.
std::filesystem::path settings_above(const std::filesystem::path& config) {
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(config, ignored);
  std::filesystem::path nearest;
  for (std::filesystem::path folder = absolute.parent_path();; folder = folder.parent_path()) {
    if (nearest.empty() && std::filesystem::exists(folder / kSettingsName, ignored))
      nearest = folder / kSettingsName;
    if (std::filesystem::exists(folder / ".git", ignored)) return nearest;
    if (folder == folder.parent_path()) break;
  }
  return std::filesystem::exists(kSettingsName, ignored) ? std::filesystem::path(kSettingsName)
                                                         : std::filesystem::path();
}

// Names are judged by the forge that the nearest settings route them to.
Settings settings_for(const std::filesystem::path& config) {
  const std::filesystem::path path = settings_above(config);
  const Result<std::string> bytes = read_file(path, kMaxSettingsBytes);
  if (path.empty() || !bytes) return {};
  Result<Settings> settings = read_settings(*bytes, path.string(), plugin_types());
  return settings ? std::move(settings).value() : Settings{};
}

// A file that was named, or that is the best of what was found, and has nothing to check: "ok"
// would be a word about nothing.
Diagnostic nothing_to_check(const std::string& path) {
  return fail(Code::no_section, "{} has no managed_webhooks", printable(path)).at(path).first();
}

Result<Checked> check_config(const Source& source, bool needs_section) {
  const std::string& path = source.path;
  TRY(const Instant now, plan_time());
  TRY(const std::string bytes, source.read(kMaxConfigBytes));
  TRY(const Snapshot snapshot, read_config(bytes, path));
  Checked checked;
  checked.diagnostics = snapshot.diagnostics;
  if (needs_section && snapshot.state == SectionState::missing)
    checked.diagnostics.push_back(nothing_to_check(path));
  std::ranges::move(examine(snapshot, settings_for(path), plugin_types(), path, now),
                    std::back_inserter(checked.diagnostics));
  place(checked.diagnostics);
  checked.fine = snapshot.state == SectionState::missing
                     ? std::string("no managed_webhooks")
                     : counted(snapshot.entries.size(), "entry", "entries");
  return checked;
}

struct ToCheck {
  std::vector<std::string> paths = {};
  // A config without the section is no config: false where another one of them has it.
  bool needs_section = true;
};

Result<ToCheck> paths_to_check(const CommandLine& line) {
  if (!line.words.empty()) return ToCheck{line.words};
  std::vector<std::string> found;
  std::vector<std::string> with_section;
  std::error_code ignored;
  for (const std::string_view path : usual_config_paths()) {
    if (!std::filesystem::exists(path, ignored)) continue;
    found.emplace_back(path);
    const Result<std::string> bytes = read_file(path, kMaxConfigBytes);
    if (bytes && names_the_section(*bytes)) with_section.emplace_back(path);
  }
  if (with_section.size() > 1) return several_configs(with_section);
  if (std::filesystem::exists(kSettingsName, ignored)) found.emplace_back(kSettingsName);
  if (!found.empty()) return ToCheck{std::move(found), with_section.empty()};
  return fail(Code::config_not_found, "no config or settings file in the usual places")
      .hint("name it: hookplan check PATH");
}

// The gravest of what the files gave: unreadable files first, as nothing is known about them.
int graver(int a, int b) { return a == kSuccess ? b : b == kSuccess ? a : std::max(a, b); }

}  // namespace

Result<int> run_check(const CommandLine& line, const Console& console) {
  TRY(const ToCheck all_paths, paths_to_check(line));
  const std::string kind = line.get("as", "auto");
  const bool as_json = line.get("format") == "json";
  std::vector<Diagnostic> all;
  int code = kSuccess;
  for (const std::string& word : all_paths.paths) {
    const Result<Source> source = Source::of(word);
    const std::string path = name_of_input(word);
    Result<Checked> checked = !source ? Result<Checked>(source.error())
                              : is_settings(*source, kind)
                                  ? check_settings(*source)
                                  : check_config(*source, all_paths.needs_section);
    std::vector<Diagnostic> found;
    if (checked) {
      found = std::move(checked->diagnostics);
      const bool wrong = std::ranges::any_of(
          found, [](const Diagnostic& d) { return d.severity == Severity::error; });
      if (wrong) code = graver(code, kConfigInvalid);
      if (!wrong && !as_json) {
        TRY_VOID(console.print_text(
            console.output.width == 0
                ? fmt::format("ok  {}  ({})\n", printable(path), checked->fine)
                : wrapped(fmt::format("ok  {}  ({})", printable(path), checked->fine), 0,
                          console.output)));
      }
    } else {
      code = graver(code, exit_code_of(checked.error().kind));
      found = checked.error().diagnostics;
    }
    if (!as_json) console.complain(to_text(found, console.errors));
    std::ranges::move(found, std::back_inserter(all));
  }
  if (as_json) {
    TRY_VOID(console.print(diagnostics_to_json(all, code)));
  }
  return code;
}

}  // namespace hookplan
