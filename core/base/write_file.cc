// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::int64_t kMaxDescriptor = std::numeric_limits<int>::max();

Error cannot_write(const std::filesystem::path& path, std::string_view why) {
  return fail(Code::unwritable_file, "cannot write {}: {}", path.string(), why).at(path.string());
}

Error cannot_write(const std::filesystem::path& path, int error_number) {
  return cannot_write(path, std::strerror(error_number));
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

// The permissions of a file of ours that is there, else those of a new one. What another user made
// says nothing about who may write what we put there.
mode_t mode_for(const std::filesystem::path& path) {
  constexpr mode_t kKept = 0664;
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid())
    return status.st_mode & kKept;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask & kKept;
}

bool put_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

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
  const Descriptor file(open_for_writing(path, O_WRONLY | O_CLOEXEC, 0));
  if (!file.is_open() && errno == ENXIO) {
    return cannot_write(path, "nobody reads this pipe").hint("start its reader first");
  }
  if (file.is_open() && put_all(file.number(), bytes)) return {};
  return cannot_write(path, errno);
}

// Where the links lead, each of them as the kernel would follow it by open(): reading links and
// renaming over their target would pass by fs.protected_symlinks.
Result<std::filesystem::path> followed(const std::filesystem::path& path) {
  constexpr int kMaxLinks = 40;
  std::filesystem::path target = path;
  for (int links = 0; links < kMaxLinks; ++links) {
    struct stat link = {};
    if (::lstat(target.c_str(), &link) != 0 || !S_ISLNK(link.st_mode)) return target;
    struct stat folder = {};
    if (::stat(folder_of(target).c_str(), &folder) != 0) return cannot_write(path, errno);
    const bool is_for_all = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
    if (is_for_all && link.st_uid != ::geteuid() && link.st_uid != folder.st_uid) {
      return cannot_write(path, "it is a link of another user in a folder for everybody")
          .hint("name a file in a folder of your own");
    }
    std::error_code failed;
    const std::filesystem::path next = std::filesystem::read_symlink(target, failed);
    if (failed) return cannot_write(path, failed.value());
    target = target.parent_path() / next;  // an absolute one replaces the whole
  }
  return cannot_write(path, ELOOP);
}

// A new file with these bytes on the disk and without a name; not open where the file system has no
// such files.
Descriptor unnamed_file(const std::filesystem::path& folder, std::string_view bytes, mode_t mode) {
  Descriptor file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  const bool written = file.is_open() && put_all(file.number(), bytes) &&
                       ::fchmod(file.number(), mode) == 0 && ::fsync(file.number()) == 0;
  return Descriptor(written ? file.release() : -1);
}

bool give_name(const Descriptor& file, const std::filesystem::path& path) {
  const std::string self = fmt::format("/proc/self/fd/{}", file.number());
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// Puts the file in the place of `target`. Between its two steps a kill leaves `temporary`, whole;
// whoever comes next takes that away. Two writers at once may take each other's name: then the one
// whose name is gone gives it again.
bool put_in_place_of(const Descriptor& file, const std::filesystem::path& target) {
  constexpr int kMaxTries = 100;
  const std::filesystem::path temporary =
      folder_of(target) / fmt::format(".{}.hookplan-new", target.filename().string());
  for (int tries = 0; tries < kMaxTries; ++tries) {
    if (!give_name(file, temporary)) {
      if (errno != EEXIST) return false;
      if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) return false;
      continue;
    }
    if (::rename(temporary.c_str(), target.c_str()) == 0) return true;
    if (errno == ENOENT) continue;
    const int error_number = errno;
    ::unlink(temporary.c_str());
    errno = error_number;
    return false;
  }
  return false;
}

// Signals wait, so that only a kill can leave the file that is being written.
class SignalsWait {
 public:
  SignalsWait() {
    sigset_t all = {};
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &before_);
  }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;
  ~SignalsWait() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_ = {};
};

// Where files without a name cannot be had, or not be given one.
Result<void> replace_by_name(const std::filesystem::path& target, std::string_view bytes,
                             mode_t mode) {
  const SignalsWait until_it_is_done;
  std::string temporary = fmt::format("{}.XXXXXX", target.string());
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return cannot_write(target, errno);
  const bool written = put_all(file.number(), bytes) && ::fchmod(file.number(), mode) == 0 &&
                       ::fsync(file.number()) == 0 && file.close() &&
                       ::rename(temporary.c_str(), target.c_str()) == 0;
  if (written) return {};
  const int error_number = errno;
  ::unlink(temporary.c_str());
  return cannot_write(target, error_number);
}

}  // namespace

int open_for_writing(const std::filesystem::path& path, int flags, unsigned mode) {
  constexpr auto kPatience = std::chrono::seconds(2);
  constexpr auto kPause = std::chrono::milliseconds(20);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  int file = -1;
  while ((file = ::open(path.c_str(), flags | O_NONBLOCK, mode)) < 0 && errno == ENXIO) {
    if (std::chrono::steady_clock::now() > end) break;
    std::this_thread::sleep_for(kPause);
    errno = ENXIO;
  }
  const int before = file < 0 ? -1 : ::fcntl(file, F_GETFL);
  if (before >= 0) static_cast<void>(::fcntl(file, F_SETFL, before & ~O_NONBLOCK));
  return file;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  // A stream of this program may be a file that others write to as well: nothing is put in its
  // place.
  if (const int stream = stream_of(path); stream >= 0) {
    return put_all(stream, bytes) ? Result<void>() : cannot_write(path, errno);
  }
  TRY(const std::filesystem::path target, followed(path));
  struct stat there = {};
  if (::stat(target.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return write_through(target, bytes);
  const mode_t mode = mode_for(target);
  const Descriptor file = unnamed_file(folder_of(target), bytes, mode);
  if (file.is_open() && put_in_place_of(file, target)) return {};
  return replace_by_name(target, bytes, mode);
}

Result<void> create_file(const std::filesystem::path& path, std::string_view bytes, FileMode mode) {
  const mode_t bits = mode == FileMode::only_owner ? 0600 : 0644;
  const Descriptor unnamed = unnamed_file(folder_of(path), bytes, bits);
  if (unnamed.is_open()) {
    if (give_name(unnamed, path)) return {};
    if (errno == EEXIST) return cannot_write(path, errno);
  }
  const SignalsWait until_it_is_done;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, bits));
  if (!file.is_open()) return cannot_write(path, errno);
  if (put_all(file.number(), bytes) && ::fsync(file.number()) == 0 && file.close()) return {};
  const int error_number = errno;
  ::unlink(path.c_str());
  return cannot_write(path, error_number);
}

}  // namespace hookplan
