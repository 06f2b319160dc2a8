// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadline.h"

#include <csignal>
#include <utility>

#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/exit_code.h"

namespace hookplan {
namespace {

// Set before the signal can come, and never again.
std::string& last_words() {
  static std::string words;
  return words;
}

// Runs in a signal handler: only system calls are safe there.
void stop(int) {
  const std::string& message = last_words();
  const ssize_t ignored = ::write(STDERR_FILENO, message.data(), message.size());
  static_cast<void>(ignored);
  // Straight to the kernel: what sanitizers put around _exit() takes locks, and so may hang here.
  ::syscall(SYS_exit_group, kDeadline);
}

}  // namespace

void set_deadline(std::chrono::seconds time, std::string message) {
  last_words() = std::move(message);
  struct sigaction action = {};
  action.sa_handler = stop;
  ::sigaction(SIGALRM, &action, nullptr);
  ::alarm(static_cast<unsigned>(time.count()));
}

PausedDeadline::PausedDeadline() : rest_(::alarm(0)) {}
PausedDeadline::~PausedDeadline() { ::alarm(rest_); }

}  // namespace hookplan
