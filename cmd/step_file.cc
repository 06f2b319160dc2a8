// SPDX-License-Identifier: Apache-2.0
#include "cmd/step_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

Error unusable(const std::string& variable, std::string_view why) {
  return fail(Code::ci_file_unusable, "cannot write the file of {}: {}", variable, why);
}

}  // namespace

Result<StepFile> StepFile::open(const std::string& variable, const std::string& path) {
  if (path.empty()) return StepFile(-1, variable);
  // Without blocking: a FIFO without a reader would hold the step up for ever.
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  StepFile file(::open(path.c_str(), kFlags, 0600), variable);
  if (!file.file_.is_open()) {
    const int number = errno;
    return unusable(variable, number == ELOOP ? "it is a symbolic link" : std::strerror(number));
  }
  struct stat status = {};
  if (::fstat(file.file_.number(), &status) != 0) return unusable(variable, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unusable(variable, "it is not a regular file");
  if (status.st_nlink > 1) return unusable(variable, "the file has another name, too");
  return file;
}

StepFile::StepFile(StepFile&& other) noexcept
    : file_(other.file_.release()), variable_(std::move(other.variable_)) {}

Result<void> StepFile::append(std::string_view text) {
  if (!file_.is_open()) return {};
  while (!text.empty()) {
    const ssize_t written = ::write(file_.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return unusable(variable_, std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> StepFile::append_within(std::size_t most_bytes, std::string_view text,
                                     std::string_view instead) {
  if (!file_.is_open()) return {};
  struct stat status = {};
  const bool is_known = ::fstat(file_.number(), &status) == 0 && status.st_size >= 0;
  const std::size_t size = is_known ? static_cast<std::size_t>(status.st_size) : 0;
  if (size + text.size() <= most_bytes) return append(text);
  return size + instead.size() <= most_bytes ? append(instead) : Result<void>();
}

std::string output_line(std::string_view name, std::string_view value) {
  const std::string delimiter = fmt::format("hookplan-{}", random_uuid());
  return fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
}

}  // namespace hookplan
