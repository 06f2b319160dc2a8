// SPDX-License-Identifier: Apache-2.0
// Loaded before the C library: counts what a program does to the world outside of it, and stops it
// before or after the Nth time. Environment:
//   SWITCH_AT=N, SWITCH_WHEN=before|after (default: before), SWITCH_SIGNAL=a number (default: 9)
//   SWITCH_LOG=FILE gets a line for each: the call and what it concerns.
// It asks the kernel itself, so it works with sanitizers and knows no state but its counter.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> counter = 0;

long number_in(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtol(text, nullptr, 10);
}

void log_call(const char* call, const char* what) {
  const char* const path = std::getenv("SWITCH_LOG");
  if (path == nullptr) return;
  char line[512];
  const int size = std::snprintf(line, sizeof line, "%s %s\n", call, what);
  const long file =
      ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || size <= 0) return;
  ::syscall(SYS_write, file, line, static_cast<std::size_t>(size));
  ::syscall(SYS_close, file);
}

// One call that others can notice. It exists around the call.
class Effect {
 public:
  Effect(const char* call, const char* what) {
    log_call(call, what);
    is_chosen_ = ++counter == number_in("SWITCH_AT", 0);
    if (is_chosen_ && !is_after()) stop();
  }
  // The name of the file behind the descriptor.
  Effect(const char* call, int file) : Effect(call, NameOf(file).name) {}
  ~Effect() {
    if (is_chosen_ && is_after()) stop();
  }
  Effect(const Effect&) = delete;
  Effect& operator=(const Effect&) = delete;

 private:
  struct NameOf {
    char name[256] = "?";
    explicit NameOf(int file) {
      char link[64];
      std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
      const long size = ::syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
      if (size > 0) name[size] = '\0';
    }
  };
  static bool is_after() {
    const char* const when = std::getenv("SWITCH_WHEN");
    return when != nullptr && std::strcmp(when, "after") == 0;
  }
  static void stop() {
    ::syscall(SYS_kill, ::syscall(SYS_getpid), number_in("SWITCH_SIGNAL", SIGKILL));
  }
  bool is_chosen_ = false;
};

long open_at(int folder, const char* path, int flags, va_list rest) {
  if ((flags & O_CREAT) == 0) return ::syscall(SYS_openat, folder, path, flags, 0);
  const unsigned mode = va_arg(rest, unsigned);
  const Effect effect("open", path);
  return ::syscall(SYS_openat, folder, path, flags, mode);
}

}  // namespace

// NOLINTBEGIN: these are the C library's own functions.
extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  if (file <= STDERR_FILENO) return ::syscall(SYS_write, file, bytes, size);
  const Effect effect("write", file);
  return ::syscall(SYS_write, file, bytes, size);
}

ssize_t writev(int file, const struct iovec* parts, int count) {
  if (file <= STDERR_FILENO) return ::syscall(SYS_writev, file, parts, count);
  const Effect effect("writev", file);
  return ::syscall(SYS_writev, file, parts, count);
}

ssize_t send(int file, const void* bytes, size_t size, int flags) {
  const Effect effect("send", file);
  return ::syscall(SYS_sendto, file, bytes, size, flags, nullptr, 0);
}

int connect(int file, const struct sockaddr* address, socklen_t size) {
  const Effect effect("connect", file);
  return static_cast<int>(::syscall(SYS_connect, file, address, size));
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const long file = open_at(AT_FDCWD, path, flags, rest);
  va_end(rest);
  return static_cast<int>(file);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const long file = open_at(AT_FDCWD, path, flags, rest);
  va_end(rest);
  return static_cast<int>(file);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const long file = open_at(folder, path, flags, rest);
  va_end(rest);
  return static_cast<int>(file);
}

int openat64(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const long file = open_at(folder, path, flags, rest);
  va_end(rest);
  return static_cast<int>(file);
}

int rename(const char* from, const char* to) noexcept {
  const Effect effect("rename", to);
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  const Effect effect("rename", to);
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, 0));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  const Effect effect("link", to);
  return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int unlink(const char* path) noexcept {
  const Effect effect("unlink", path);
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  const Effect effect("unlink", path);
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

int ftruncate(int file, off_t size) noexcept {
  const Effect effect("truncate", file);
  return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

int fsync(int file) {
  const Effect effect("fsync", file);
  return static_cast<int>(::syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  const Effect effect("fsync", file);
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

int flock(int file, int operation) noexcept {
  const Effect effect("flock", file);
  return static_cast<int>(::syscall(SYS_flock, file, operation));
}
}
// NOLINTEND
