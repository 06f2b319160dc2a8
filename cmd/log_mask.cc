// SPDX-License-Identifier: Apache-2.0
#include "cmd/log_mask.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kInJob = "GITHUB_ACTIONS=true";

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The runner itself has no such variable: it sets it for the steps.
bool is_in_job(pid_t process) {
  const std::string all = '\0' + bytes_of(fmt::format("/proc/{}/environ", process));
  return all.find('\0' + std::string(kInJob) + '\0') != std::string::npos;
}

// The fourth field; the second is a name in parentheses that may hold anything.
pid_t parent_of(pid_t process) {
  const std::string stat = bytes_of(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  const std::string_view rest = std::string_view(stat).substr(name_end + 1);  // " S 123 ..."
  const std::size_t at = rest.find_first_of("0123456789");
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = rest.substr(at);
  const auto parent = number_from(digits.substr(0, digits.find(' ')), 0, 1 << 30);
  return parent ? static_cast<pid_t>(*parent) : 0;
}

bool has_same_output(pid_t process, const struct stat& ours) {
  struct stat theirs = {};
  return ::stat(fmt::format("/proc/{}/fd/1", process).c_str(), &theirs) == 0 &&
         theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

bool runner_reads_output() {
  const char* const in_job = std::getenv("GITHUB_ACTIONS");
  struct stat ours = {};
  if (in_job == nullptr || std::string_view(in_job) != "true" || ::fstat(STDOUT_FILENO, &ours) != 0)
    return false;
  if (!S_ISFIFO(ours.st_mode) && !S_ISSOCK(ours.st_mode)) return false;
  // In a container the runner is out of sight, and the first process is the step's.
  for (pid_t above = ::getppid(); above > 0 && is_in_job(above); above = parent_of(above)) {
    if (!has_same_output(above, ours)) return false;
  }
  return true;
}

}  // namespace

void mask_in_log(const Secret& credential) {
  static const bool kIsReadByRunner = runner_reads_output();
  if (!kIsReadByRunner) return;
  credential.reveal([](std::string_view value) {
    // Each in one write, so that nothing of this process comes in between.
    constexpr std::string_view kCommand = "::add-mask::";
    Secret line(kCommand.size() + value.size() + 1);
    const auto end = std::ranges::copy(kCommand, line.room().begin()).out;
    *std::ranges::copy(value, end).out = '\n';
    return line.reveal([](std::string_view bytes) {
      return ::write(STDOUT_FILENO, bytes.data(), bytes.size()) ==
             static_cast<ssize_t>(bytes.size());
    });
  });
}

}  // namespace hookplan
