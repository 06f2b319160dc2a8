// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace hookplan::bad_input {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};
constexpr int kCannotStart = 126;

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  // execve() does not write to them; its signature merely predates const.
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void redirect(int descriptor, const char* path, int flags) {
  constexpr mode_t kPermissions = 0600;
  const int opened = ::open(path, flags, kPermissions);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(kCannotStart);
  if (opened != descriptor) ::close(opened);
}

// Between fork() and execve(): only what is safe in a signal handler.
[[noreturn]] void become(const ChildRequest& request, char* const* arguments,
                         char* const* environment) {
  if (::chdir(request.folder.c_str()) != 0) ::_exit(kCannotStart);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  redirect(STDIN_FILENO, request.stdin_from.c_str(), O_RDONLY);
  redirect(STDERR_FILENO, request.stderr_to.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
  if (request.stdout_to == "closed") {
    ::close(STDOUT_FILENO);
  } else {
    redirect(STDOUT_FILENO, request.stdout_to.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
  }
  ::execve(request.program.c_str(), arguments, environment);
  ::_exit(kCannotStart);
}

double seconds_of(const timeval& time) {
  constexpr double kMicrosecond = 1e-6;
  return static_cast<double>(time.tv_sec) + kMicrosecond * static_cast<double>(time.tv_usec);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

ChildResult run_child(const ChildRequest& request) {
  const std::vector<char*> arguments = pointers_to(request.arguments);
  const std::vector<char*> environment = pointers_to(request.environment);
  ChildResult result;
  const Clock::time_point start = Clock::now();
  const pid_t child = ::fork();
  if (child < 0) return result;
  if (child == 0) become(request, arguments.data(), environment.data());

  int status = 0;
  rusage usage = {};
  while (::wait4(child, &status, WNOHANG, &usage) == 0) {
    if (!result.killed && Clock::now() - start > kPatience) {
      result.killed = true;
      ::kill(child, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  result.seconds = seconds_since(start);
  result.busy_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  result.peak_bytes = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.started = result.exit_code != kCannotStart;
  return result;
}

}  // namespace hookplan::bad_input
