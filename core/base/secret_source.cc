// SPDX-License-Identifier: Apache-2.0
#include "core/base/secret_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<int> descriptor_number(std::string_view text) {
  const auto number = number_from(text, 0, std::numeric_limits<int>::max());
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Error key_error(Code code, const SecretSource& source, std::string_view why) {
  const bool is_file = source.kind == SecretSource::Kind::file;
  return fail(code, "{}: {}", to_string(source), why).at(is_file ? source.name : std::string());
}

Error unreadable(const SecretSource& source, std::string_view why) {
  return key_error(Code::secret_unreadable, source, why);
}

Error too_large(const SecretSource& source) {
  return key_error(Code::secret_too_large, source,
                   fmt::format("it has more than {} bytes", kMaxSecretBytes))
      .hint("is it the file you meant?");
}

Result<Secret> read_to_end(int descriptor, const SecretSource& source) {
  Secret bytes(kMaxSecretBytes + 1);
  std::size_t size = 0;
  while (size <= kMaxSecretBytes) {
    const std::span<char> rest = bytes.room().subspan(size);
    const ssize_t got = ::read(descriptor, rest.data(), rest.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(source, std::strerror(errno));
    if (got == 0) {
      if (size == 0) return unreadable(source, "it is empty").hint("is it the right one?");
      bytes.shrink(size);
      return bytes;
    }
    size += static_cast<std::size_t>(got);
  }
  return too_large(source);
}

// Others who could read the key could sign, and others who could write it may have replaced it. A
// group that may read is how Kubernetes hands keys to a user that is not root.
Result<void> check_exposure(const struct stat& status, const SecretSource& source) {
  const unsigned mode = status.st_mode & 0777U;
  const uid_t user = ::geteuid();
  if (status.st_uid != user && status.st_uid != 0 && user != 0) {
    return key_error(Code::secret_exposed, source, "it belongs to another user")
        .hint("use a file of your own");
  }
  const char* const who = (mode & 022U) != 0  ? "others may write it"
                          : (mode & 04U) != 0 ? "others may read it"
                                              : nullptr;
  if (who == nullptr) return {};
  return key_error(Code::secret_exposed, source, fmt::format("{} (mode {:04o})", who, mode))
      .hint("chmod 600 the file; for a Kubernetes Secret volume set defaultMode: 0400");
}

Result<Secret> read_secret_file(const SecretSource& source) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
  const Descriptor file(::open(source.name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return unreadable(source, std::strerror(errno));
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) return unreadable(source, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) {
    return unreadable(source, "it is not a regular file")
        .hint("name a regular file; a pipe is fd:NUMBER");
  }
  TRY_VOID(check_exposure(status, source));
  return read_to_end(file.number(), source);
}

Result<Secret> read_secret_variable(const SecretSource& source) {
  char* const value = std::getenv(source.name.c_str());
  if (value == nullptr)
    return unreadable(source, "it is not set").hint("set it, or name another one");
  const std::size_t size = std::strlen(value);
  if (size == 0) return unreadable(source, "it is empty").hint("set it, or name another one");
  if (size > kMaxSecretBytes) return too_large(source);
  Secret secret = Secret::copy_of({value, size});
  wipe({value, size});
  ::unsetenv(source.name.c_str());
  return secret;
}

Result<Secret> read_secret_descriptor(const SecretSource& source) {
  const int number = descriptor_number(source.name).value_or(-1);
  struct stat status = {};
  if (::fstat(number, &status) != 0) {
    return unreadable(source, "it is not open").hint("open it: 3<FILE, or 0 for standard input");
  }
  if (::isatty(number) != 0) {
    return unreadable(source, "it is a terminal").hint("connect it to a file or a pipe");
  }
  return read_to_end(number, source);
}

}  // namespace

Result<SecretSource> secret_source(std::string_view option, std::string_view text) {
  const auto after = [&](std::string_view scheme) -> std::optional<std::string> {
    if (!text.starts_with(scheme)) return std::nullopt;
    return std::string(text.substr(scheme.size()));
  };
  using Kind = SecretSource::Kind;
  if (const auto path = after("file:"); path && !path->empty())
    return SecretSource{Kind::file, *path};
  if (const auto name = after("env:"); name && is_variable_name(*name))
    return SecretSource{Kind::environment, *name};
  // A file that is there is meant, whatever the name looks like but for the schemes below. The
  // secret itself, given by mistake, is the name of no file.
  struct stat status = {};
  const bool has_scheme = text.starts_with("env:") || text.starts_with("fd:");
  if (!has_scheme && !text.empty() && ::stat(std::string(text).c_str(), &status) == 0)
    return SecretSource{Kind::file, std::string(text)};
  // 1 and 2 are where output goes.
  if (const auto number = after("fd:");
      number && descriptor_number(*number).value_or(1) != 1 && descriptor_number(*number) != 2)
    return SecretSource{Kind::descriptor, *number};
  return fail(Code::secret_on_command_line, "{} does not say where the secret is", option)
      .hint(
          "name a file that is there, or write file:PATH, env:NAME or fd:NUMBER; a secret itself "
          "never belongs on "
          "a command line");
}

Result<Secret> read_secret(const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::file: return read_secret_file(source);
    case SecretSource::Kind::environment: return read_secret_variable(source);
    case SecretSource::Kind::descriptor: return read_secret_descriptor(source);
  }
  return unreadable(source, "it is of no known kind");
}

Result<Secret> read_passphrase(const SecretSource& source) {
  TRY(Secret secret, read_secret(source));
  const std::size_t size = secret.reveal([](std::string_view bytes) {
    if (bytes.ends_with('\n')) bytes.remove_suffix(1);
    if (bytes.ends_with('\r')) bytes.remove_suffix(1);
    return bytes.size();
  });
  if (size == 0)
    return unreadable(source, "the passphrase is empty").hint("write one, on one line");
  if (size > kMaxPassphraseBytes) {
    return key_error(Code::secret_too_large, source,
                     fmt::format("the passphrase has more than {} bytes", kMaxPassphraseBytes))
        .hint("OpenSSL reads no longer ones");
  }
  secret.shrink(size);
  return secret;
}

std::string to_string(const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::file: return "file " + source.name;
    case SecretSource::Kind::environment: return "variable " + source.name;
    case SecretSource::Kind::descriptor: return "descriptor " + source.name;
  }
  return source.name;
}

}  // namespace hookplan
