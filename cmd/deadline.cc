// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadline.h"

#include <csignal>
#include <string_view>

#include <unistd.h>

#include "cmd/exit_code.h"

namespace hookplan {
namespace {

// Runs in a signal handler: only write() and _exit() are safe there.
void stop(int) {
  constexpr std::string_view kMessage =
      "error HP9002    the time of --timeout has passed, nothing was changed\n"
      "                fix: run it on a local clone\n";
  const ssize_t ignored = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  static_cast<void>(ignored);
  ::_exit(kDeadline);
}

}  // namespace

void set_deadline(std::chrono::seconds time) {
  struct sigaction action = {};
  action.sa_handler = stop;
  ::sigaction(SIGALRM, &action, nullptr);
  ::alarm(static_cast<unsigned>(time.count()));
}

}  // namespace hookplan
