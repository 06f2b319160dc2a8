// SPDX-License-Identifier: Apache-2.0
#include "cmd/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/base/secret_source.h"

namespace hookplan {
namespace {

void say(std::string_view text) {
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

// What the terminal was before the echo went off, for the handler below. Set before it can run.
termios before_silence = {};

// Ctrl-C must not leave a terminal that shows nothing; only tcsetattr(), signal() and raise() are
// called, which a handler may do.
void restore_and_die(int signal) {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_silence);
  static_cast<void>(::signal(signal, SIG_DFL));
  static_cast<void>(::raise(signal));
}

constexpr std::array<int, 4> kDeadlySignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// Switches the echo off until it goes, and Ctrl-Z with it: a program that is stopped and resumed
// would find a shell that has switched the echo on again.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_silence) != 0) return;
    termios silent = before_silence;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_cc[VSUSP] = _POSIX_VDISABLE;
    for (std::size_t i = 0; i < kDeadlySignals.size(); ++i) {
      handlers_[i] = ::signal(kDeadlySignals[i], restore_and_die);
    }
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_silence);
    for (std::size_t i = 0; i < kDeadlySignals.size(); ++i) {
      if (handlers_[i] != SIG_ERR) static_cast<void>(::signal(kDeadlySignals[i], handlers_[i]));
    }
  }
  bool is_silent() const { return changed_; }

 private:
  std::array<void (*)(int), kDeadlySignals.size()> handlers_ = {SIG_ERR, SIG_ERR, SIG_ERR, SIG_ERR};
  bool changed_ = false;
};

// One line, byte by byte, so that nothing behind it is taken away and no buffer keeps it.
std::optional<Secret> read_line() {
  Secret line(kMaxSecretBytes);
  std::size_t size = 0;
  while (size < kMaxSecretBytes) {
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && size == 0) return std::nullopt;
    if (got <= 0 || c == '\n') break;
    line.room()[size++] = c;
  }
  line.shrink(size);
  return line;
}

}  // namespace

bool has_person() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0 &&
         ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

std::optional<std::string> ask(std::string_view question) {
  say(question);
  const std::optional<Secret> line = read_line();
  if (!line) return std::nullopt;
  return line->reveal([](std::string_view text) { return std::string(text); });
}

std::optional<Secret> ask_secret(std::string_view question) {
  const SilentTerminal silent;
  if (!silent.is_silent()) return std::nullopt;
  say(question);
  std::optional<Secret> line = read_line();
  say("\n");
  return line;
}

}  // namespace hookplan
