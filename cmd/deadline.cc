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
LastWords& last_words() {
  static LastWords words;
  return words;
}

// Only changed while the deadline is paused.
volatile std::sig_atomic_t may_have_changed = 0;

// Runs in a signal handler: only system calls are safe there.
void stop(int) {
  const LastWords& words = last_words();
  const std::string& message = may_have_changed != 0 ? words.afterwards : words.untouched;
  const ssize_t ignored = ::write(STDERR_FILENO, message.data(), message.size());
  static_cast<void>(ignored);
  // Straight to the kernel: what sanitizers put around _exit() takes locks, and so may hang here.
  ::syscall(SYS_exit_group, kDeadline);
}

}  // namespace

void set_deadline(std::chrono::seconds time, LastWords words) {
  last_words() = std::move(words);
  struct sigaction action = {};
  action.sa_handler = stop;
  ::sigaction(SIGALRM, &action, nullptr);
  ::alarm(static_cast<unsigned>(time.count()));
}

PausedDeadline::PausedDeadline(For whom) : rest_(::alarm(0)) {
  if (whom == For::systems) may_have_changed = 1;
}
PausedDeadline::~PausedDeadline() { ::alarm(rest_); }

}  // namespace hookplan
