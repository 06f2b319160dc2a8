// SPDX-License-Identifier: Apache-2.0
#include "cmd/ci_options.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

std::string value_in(const CiEnvironment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// A timer looks whether reality still fits; everything else is about a change.
bool is_by_timer(const CiRun& run) {
  return run.event.starts_with("schedule") || run.event == "periodic";
}

Result<CiMode> mode_of(const CommandLine& line, const CiRun& run) {
  const std::string mode = line.get("mode", line.has("apply") ? "apply" : "plan");
  if (line.has("apply") && mode != "apply") {
    return fail(Code::bad_option_value, "--apply and --mode {} contradict each other", mode)
        .hint("leave one of them out");
  }
  if (mode == "apply") return CiMode::apply;
  if (mode == "drift") return CiMode::drift;
  if (mode == "auto") return is_by_timer(run) ? CiMode::drift : CiMode::apply;
  return CiMode::plan;
}

CiFailOn fail_on_of(const CommandLine& line) {
  const std::string what = line.get("fail-on", "error");
  return what == "guard"     ? CiFailOn::guard
         : what == "changes" ? CiFailOn::changes
                             : CiFailOn::error;
}

Result<std::filesystem::path> new_folder_below(const std::string& parent) {
  std::string name = (std::filesystem::path(parent) / "hookplan.XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) return std::filesystem::path(name);
  return fail(Code::unwritable_file, "cannot make a folder in {}: {}", printable(parent),
              std::strerror(errno));
}

Result<std::filesystem::path> plan_folder_of(const CommandLine& line,
                                             const CiEnvironment& environment) {
  const std::string runner = value_in(environment, "RUNNER_TEMP");
  const std::string artifacts = value_in(environment, "ARTIFACTS");
  if (!line.has("out") && !runner.empty()) return new_folder_below(runner);
  const std::filesystem::path folder =
      line.has("out") ? std::filesystem::path(line.get("out")) : std::filesystem::path(artifacts);
  if (folder.empty()) return folder;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (!problem && std::filesystem::is_directory(folder, problem)) return folder;
  return fail(Code::unwritable_file, "cannot make the folder {}", printable(folder.string()));
}

}  // namespace

CiEnvironment environment_of_process() {
  CiEnvironment environment;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view pair = *one;
    const std::size_t sign = pair.find('=');
    if (sign == std::string_view::npos) continue;
    environment.emplace(pair.substr(0, sign), pair.substr(sign + 1));
  }
  return environment;
}

Result<CiFacts> facts_of(CiEnvironment environment) {
  const std::string path = value_in(environment, "GITHUB_EVENT_PATH");
  if (path.empty() || value_in(environment, "GITHUB_ACTIONS") != "true")
    return CiFacts::read(std::move(environment), "", "");
  const Result<std::string> bytes = read_file(path, kMaxEventBytes);
  if (bytes) return CiFacts::read(std::move(environment), *bytes, path);
  return fail(Code::ci_event_unusable, "the event file: {}", bytes.error().first().message)
      .at(path);
}

Result<CiOptions> ci_options_of(const CommandLine& line, const CiRun& run,
                                const CiEnvironment& environment) {
  CiOptions options;
  TRY(options.mode, mode_of(line, run));
  options.fail_on = fail_on_of(line);
  options.branch = line.get("branch");
  TRY(options.folder, plan_folder_of(line, environment));
  return options;
}

}  // namespace hookplan
