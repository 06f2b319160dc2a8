// SPDX-License-Identifier: Apache-2.0
#include "cmd/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/secret_source.h"

namespace hookplan {
namespace {

void say(std::string_view text) {
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

// Switches the echo off until it goes; a signal that ends the program gets to see the terminal as
// it was, because the shell restores it.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  bool is_silent() const { return changed_; }

 private:
  termios before_ = {};
  bool changed_ = false;
};

// One line, byte by byte, so that nothing behind it is taken away and no buffer keeps it.
std::optional<Secret> read_line() {
  Secret line(kMostSecretBytes);
  std::size_t size = 0;
  while (size < kMostSecretBytes) {
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
