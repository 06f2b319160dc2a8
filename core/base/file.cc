// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/descriptor.h"

namespace hookplan {
namespace {

Error unreadable(const std::filesystem::path& path, std::string_view why) {
  return fail(Code::unreadable_file, "cannot read {}: {}", path.string(), why).at(path.string());
}

Error too_large(const std::filesystem::path& path, std::size_t most_bytes) {
  return fail(Code::file_too_large, "cannot read {}: it has more than {} bytes", path.string(),
              most_bytes)
      .at(path.string())
      .hint("is it the file you meant?");
}

Error unwritable(const std::filesystem::path& path, int error_number) {
  return fail(Code::unwritable_file, "cannot write {}: {}", path.string(),
              std::strerror(error_number))
      .at(path.string());
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes,
                              Trust trust) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return unreadable(path, std::strerror(errno));
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) return unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) {
    return unreadable(path, "it is not a regular file").hint("name a regular file");
  }
  if (trust == Trust::only_us && (status.st_mode & S_IWOTH) != 0) {
    return fail(Code::secret_exposed, "{}: everybody may write it (mode {:04o})", path.string(),
                status.st_mode & 07777U)
        .at(path.string())
        .hint("chmod o-w the file: it decides whom to trust");
  }
  if (static_cast<std::size_t>(status.st_size) > most_bytes) return too_large(path, most_bytes);
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(status.st_size) + 1);
  std::string buffer(std::size_t{1} << 16, '\0');
  while (true) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) return bytes;
    bytes.append(buffer, 0, static_cast<std::size_t>(got));
    if (bytes.size() > most_bytes) return too_large(path, most_bytes);
  }
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& file) {
  constexpr auto kPatience = std::chrono::seconds(10);
  constexpr auto kPause = std::chrono::milliseconds(50);
  std::error_code ignored;
  std::filesystem::path target = std::filesystem::weakly_canonical(file, ignored);
  if (ignored) target = file;
  const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return unwritable(file, errno);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (::flock(opened.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) break;  // a file system without locks
    // Whoever can read the folder can hold its lock for ever. Programs of ours hold it for an
    // instant, so this is none of them.
    if (std::chrono::steady_clock::now() > end) break;
    std::this_thread::sleep_for(kPause);
  }
  return FolderLock(opened.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace hookplan
