// SPDX-License-Identifier: Apache-2.0
#include "core/base/private_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

bool is_trusted_owner(uid_t owner) { return owner == ::geteuid() || owner == 0; }

bool write_bytes(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The number of bytes, or -1.
ssize_t read_all(int file, std::span<char> room) {
  std::size_t size = 0;
  while (size < room.size()) {
    const ssize_t got = ::read(file, room.data() + size, room.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

PrivateLock::PrivateLock(PrivateLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

PrivateLock::~PrivateLock() {
  if (file_ >= 0) ::close(file_);
}

PrivateFolder::PrivateFolder(int folder, std::filesystem::path path, PrivateFileCodes codes)
    : folder_(folder), path_(std::move(path)), codes_(codes) {}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : folder_(std::exchange(other.folder_, -1)),
      path_(std::move(other.path_)),
      codes_(other.codes_) {}

PrivateFolder::~PrivateFolder() {
  if (folder_ >= 0) ::close(folder_);
}

Error PrivateFolder::unavailable(const std::string& name, std::string_view doing,
                                 int error_number) const {
  const std::filesystem::path path = name.empty() ? path_ : path_ / name;
  return fail(codes_.unavailable, "cannot {} {}: {}", doing, path.string(),
              std::strerror(error_number))
      .at(path.string())
      .as(ErrorKind::unavailable);
}

Error PrivateFolder::unsafe(const std::string& name, std::string_view why, std::string hint) const {
  const std::filesystem::path path = name.empty() ? path_ : path_ / name;
  return fail(codes_.unsafe, "{}: {}", path.string(), why)
      .at(path.string())
      .hint(std::move(hint))
      .as(ErrorKind::unavailable);
}

Result<PrivateFolder> PrivateFolder::of(const std::filesystem::path& file, PrivateFileCodes codes) {
  const std::filesystem::path path = file.has_parent_path() ? file.parent_path() : ".";
  PrivateFolder folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, codes);
  if (folder.folder_ < 0) return folder.unavailable({}, "open the folder", errno);
  struct stat status = {};
  if (::fstat(folder.folder_, &status) != 0) return folder.unavailable({}, "look at", errno);
  // A group may write: on many systems every user has a group of their own, and umask 002.
  const bool is_public = (status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0;
  if (is_public) {
    return folder.unsafe({}, "everybody may replace files in this folder",
                         "chmod o-w the folder, or use another one");
  }
  if (!is_trusted_owner(status.st_uid)) {
    return folder.unsafe({}, "the folder belongs to another user, who could replace files in it",
                         "use a folder of your own, or run as its owner");
  }
  return folder;
}

Result<void> PrivateFolder::check(int file, const std::string& name) const {
  struct stat status = {};
  if (::fstat(file, &status) != 0) return unavailable(name, "look at", errno);
  if (!S_ISREG(status.st_mode)) {
    return unsafe(name, "it is not a regular file", "name a regular file");
  }
  if (!is_trusted_owner(status.st_uid)) {
    return unsafe(name, "it belongs to another user",
                  "use a file of your own, or run as its owner");
  }
  if ((status.st_mode & 077U) != 0) {
    return unsafe(name, fmt::format("others may use it (mode {:04o})", status.st_mode & 07777U),
                  fmt::format("chmod 600 {}", shell_word((path_ / name).string())));
  }
  // Replacing the file would leave the old content under the other name.
  if (status.st_nlink > 1) {
    return unsafe(name, "it has other names (hard links)", "remove the other names, or copy it");
  }
  return {};
}

std::optional<std::string> PrivateFolder::stamp(const std::string& name) const {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  constexpr std::int64_t kTooLately = kNanoseconds / 10;
  struct stat seen = {};
  if (::fstatat(folder_, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? std::optional<std::string>("absent") : std::nullopt;
  }
  struct timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto in_nanoseconds = [](const struct timespec& time) {
    return time.tv_sec * kNanoseconds + time.tv_nsec;
  };
  if (in_nanoseconds(now) - in_nanoseconds(seen.st_ctim) < kTooLately) return std::nullopt;
  return fmt::format("{} {} {} {} {} {} {}", seen.st_dev, seen.st_ino, seen.st_mode, seen.st_uid,
                     seen.st_size, in_nanoseconds(seen.st_mtim), in_nanoseconds(seen.st_ctim));
}

bool PrivateFolder::has(const std::string& name) const {
  struct stat status = {};
  return ::fstatat(folder_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::optional<Secret>> PrivateFolder::read(const std::string& name,
                                                  std::size_t most_bytes) const {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
  const Descriptor file(
      ::openat(folder_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::optional<Secret>();
  if (!file.is_open() && errno == ELOOP) {
    return unsafe(name, "it is a symbolic link", "name the file itself");
  }
  if (!file.is_open()) return unavailable(name, "read", errno);
  TRY_VOID(check(file.number(), name));
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) return unavailable(name, "look at", errno);
  const auto expected = static_cast<std::size_t>(status.st_size);
  if (expected > most_bytes) return unavailable(name, "read", EFBIG);
  Secret bytes(expected + 1);
  const ssize_t got = read_all(file.number(), bytes.room());
  if (got < 0) return unavailable(name, "read", errno);
  // Somebody is writing into it right now.
  if (static_cast<std::size_t>(got) != expected) return unavailable(name, "read", EAGAIN);
  bytes.shrink(expected);
  return std::optional(std::move(bytes));
}

Result<void> PrivateFolder::create(const std::string& name, const Secret& bytes, Sync sync) const {
  Descriptor file(
      ::openat(folder_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return unavailable(name, "write", errno);
  // The umask may have taken rights away.
  const bool written =
      ::fchmod(file.number(), 0600) == 0 &&
      bytes.reveal([&](std::string_view text) { return write_bytes(file.number(), text); }) &&
      (sync == Sync::later || ::fsync(file.number()) == 0) && file.close();
  if (written) return {};
  const int error_number = errno;
  remove(name);
  return unavailable(name, "write", error_number);
}

void PrivateFolder::sync_file(const std::string& name) const {
  const Descriptor file(
      ::openat(folder_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.is_open() && ::fsync(file.number()) == 0) static_cast<void>(sync_folder());
}

bool PrivateFolder::sync_folder() const {
  // Some file systems cannot do it for folders; there is nothing more to be had from them.
  return ::fsync(folder_) == 0 || errno == EINVAL || errno == ENOTSUP;
}

Result<void> PrivateFolder::move(const std::string& from, const std::string& to, Sync sync) const {
  const auto unknown = [&](int error_number) {
    return unavailable(to, "be sure to have written", error_number).as(ErrorKind::unknown);
  };
  if (::renameat(folder_, from.c_str(), folder_, to.c_str()) != 0) {
    const int error_number = errno;
    // Network file systems report a failure when only the answer was lost.
    if (!has(from)) return unknown(error_number);
    return unavailable(to, "write", error_number);
  }
  if (sync == Sync::now && !sync_folder()) return unknown(errno);
  return {};
}

std::string PrivateFolder::temporary_for(const std::string& name) {
  return fmt::format(".{}.hookplan-new", name);
}

Result<void> PrivateFolder::replace(const std::string& name, const Secret& bytes, Sync sync) const {
  const std::string temporary = temporary_for(name);
  remove(temporary);
  TRY_VOID(create(temporary, bytes, sync));
  Result<void> moved = move(temporary, name, sync);
  if (!moved) remove(temporary);
  return moved;
}

void PrivateFolder::remove(const std::string& name) const {
  static_cast<void>(::unlinkat(folder_, name.c_str(), 0));
}

Result<std::optional<PrivateLock>> PrivateFolder::lock(const std::string& name,
                                                       std::chrono::milliseconds patience) const {
  constexpr auto kPause = std::chrono::milliseconds(10);
  const int opened =
      ::openat(folder_, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (opened < 0 && errno == ELOOP) {
    return unsafe(name, "it is a symbolic link", "remove it");
  }
  if (opened < 0) return unavailable(name, "lock", errno);
  PrivateLock lock(opened);
  TRY_VOID(check(opened, name));
  const auto end = std::chrono::steady_clock::now() + patience;
  while (::flock(opened, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return unavailable(name, "lock", errno);
    if (std::chrono::steady_clock::now() >= end) return std::optional<PrivateLock>();
    std::this_thread::sleep_for(kPause);
  }
  return std::optional(std::move(lock));
}

}  // namespace hookplan
