// SPDX-License-Identifier: Apache-2.0
#include "cmd/input_output.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "core/base/file.h"

namespace hookplan {
namespace {

Result<std::string> read_standard_input(std::size_t most_bytes) {
  if (::isatty(STDIN_FILENO) != 0) {
    return fail(Code::unreadable_file, "standard input is a terminal")
        .hint("connect a pipe or a file, or name a file instead of -");
  }
  std::string bytes;
  std::array<char, 65'536> part = {};
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(Code::unreadable_file, "cannot read standard input: {}", std::strerror(errno))
          .hint("is it closed?");
    }
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > most_bytes) {
      return fail(Code::unreadable_file, "standard input has more than {} bytes", most_bytes)
          .hint("is it what you meant?");
    }
    bytes.append(part.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::string> read_input(const std::string& path, std::size_t most_bytes) {
  if (path == kStandardStream) return read_standard_input(most_bytes);
  return read_file(path, most_bytes);
}

std::string name_of_input(const std::string& path) {
  return path == kStandardStream ? "standard input" : path;
}

std::string output_of(const CommandLine& line, const std::string& otherwise) {
  std::string out = line.get("out", otherwise);
  return out == kStandardStream ? std::string() : out;
}

Result<void> refuse_terminal(const CommandLine& line) {
  if (line.has("out") || ::isatty(STDOUT_FILENO) == 0) return {};
  return fail(Code::bad_option_value,
              "the result is for programs, and standard output is a terminal")
      .hint("name a file with --out FILE, or connect a pipe; --out - prints it all the same");
}

}  // namespace hookplan
