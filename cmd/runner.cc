// SPDX-License-Identifier: Apache-2.0
#include "cmd/runner.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxNameBytes = 200;

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Where process numbers mean what they mean here: until the next boot, in this namespace. Empty if
// the kernel does not say.
std::string place() {
  std::string boot = content_of("/proc/sys/kernel/random/boot_id");
  struct stat space = {};
  if (boot.empty() || ::stat("/proc/self/ns/pid", &space) != 0) return {};
  if (boot.back() == '\n') boot.pop_back();
  return fmt::format("{}/{}", boot, space.st_ino);
}

// When the process began, in ticks since the boot: a number is used again, but not with the same
// begin. Nothing if there is no such process or it has ended and only waits to be collected.
std::optional<std::string> begin_of(std::string_view process) {
  const std::string stat = content_of(fmt::format("/proc/{}/stat", process));
  // The name of the program comes second and may hold anything.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return std::nullopt;
  const char state = stat[name_end + 2];
  if (state == 'Z' || state == 'X') return std::nullopt;
  constexpr int kBlanksBefore = 20;  // "(name) S ...": the 22nd field of proc(5)
  std::size_t at = name_end + 1;
  for (int blanks = 1; blanks < kBlanksBefore; ++blanks) {
    at = stat.find(' ', at + 1);
    if (at == std::string::npos) return std::nullopt;
  }
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

std::string environment_text(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string() : std::string(text);
}

std::string page_of_job() {
  const std::string server = environment_text("GITHUB_SERVER_URL");
  const std::string repository = environment_text("GITHUB_REPOSITORY");
  const std::string run = environment_text("GITHUB_RUN_ID");
  if (!server.empty() && !repository.empty() && !run.empty())
    return fmt::format("{}/{}/actions/runs/{}", server, repository, run);
  for (const char* const name : {"CI_JOB_URL", "BUILD_URL"}) {
    if (std::string page = environment_text(name); !page.empty()) return page;
  }
  return {};
}

std::string host() {
  std::array<char, 256> name = {};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "this host";
  return name.data();
}

}  // namespace

Runner this_runner() {
  const std::string process = std::to_string(::getpid());
  const std::string where = place();
  const auto begin = begin_of(process);
  std::string name = page_of_job();
  if (name.empty()) name = fmt::format("process {} on {}", process, host());
  return {where.empty() || !begin ? random_uuid() : fmt::format("{}/{}/{}", where, process, *begin),
          printable(name.substr(0, kMaxNameBytes))};
}

bool is_runner_gone(std::string_view id) {
  const std::string here = place() + '/';
  if (here.size() == 1 || !id.starts_with(here)) return false;
  const std::string_view rest = id.substr(here.size());
  const std::size_t slash = rest.find('/');
  const std::string_view process = rest.substr(0, slash);
  const bool is_number =
      !process.empty() && process.find_first_not_of("0123456789") == std::string_view::npos;
  if (slash == std::string_view::npos || !is_number) return false;
  const auto begin = begin_of(process);
  return !begin || *begin != rest.substr(slash + 1);
}

}  // namespace hookplan
