// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/text.h"

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

// The permissions of the file that is there, else those of a new one.
mode_t mode_for(const std::filesystem::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

constexpr std::int64_t kMaxDescriptor = std::numeric_limits<int>::max();

// The number in /dev/fd/N and its like; -1 for any other path.
int stream_of(const std::filesystem::path& path) {
  const std::string name = path.string();
  if (name == "/dev/stdout") return STDOUT_FILENO;
  if (name == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view prefix : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view number = std::string_view(name).substr(prefix.size());
    return static_cast<int>(number_from(number, 0, kMaxDescriptor).value_or(-1));
  }
  return -1;
}

// What is no regular file cannot be replaced by one.
Result<void> write_through(const std::filesystem::path& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.is_open() && write_all(file.number(), bytes)) return {};
  return unwritable(path, errno);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return unreadable(path, std::strerror(errno));
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) return unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) {
    return unreadable(path, "it is not a regular file").hint("name a regular file");
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

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code ignored;
  // A stream of this program may be a file that others write to as well: nothing is put in its
  // place.
  if (const int stream = stream_of(path); stream >= 0) {
    return write_all(stream, bytes) ? Result<void>() : unwritable(path, errno);
  }
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    return write_through(path, bytes);
  }
  std::filesystem::path target = path;
  if (std::filesystem::is_symlink(path, ignored)) {
    // The link may lead to a file that is still to be made.
    const std::filesystem::path link = std::filesystem::read_symlink(path, ignored);
    if (!ignored) target = std::filesystem::weakly_canonical(path.parent_path() / link, ignored);
  }
  std::string temporary = fmt::format("{}.XXXXXX", target.string());
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return unwritable(path, errno);
  const bool written = write_all(file.number(), bytes) &&
                       ::fchmod(file.number(), mode_for(target)) == 0 &&
                       ::fsync(file.number()) == 0 && file.close() &&
                       ::rename(temporary.c_str(), target.c_str()) == 0;
  if (!written) {
    const int error_number = errno;
    ::unlink(temporary.c_str());
    return unwritable(path, error_number);
  }
  return {};
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
    if (std::chrono::steady_clock::now() > end) {
      return unwritable(file, EWOULDBLOCK)
          .hint("another program holds the lock of the folder; try again");
    }
    std::this_thread::sleep_for(kPause);
  }
  return FolderLock(opened.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

Result<void> create_file(const std::filesystem::path& path, std::string_view bytes, FileMode mode) {
  const mode_t bits = mode == FileMode::only_owner ? 0600 : 0644;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, bits));
  if (!file.is_open()) return unwritable(path, errno);
  const bool written =
      write_all(file.number(), bytes) && ::fsync(file.number()) == 0 && file.close();
  if (!written) {
    const int error_number = errno;
    ::unlink(path.c_str());
    return unwritable(path, error_number);
  }
  return {};
}

}  // namespace hookplan
