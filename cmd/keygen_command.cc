// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/key_options.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

Result<void> must_be_free(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::symlink_status(path, ignored).type() ==
      std::filesystem::file_type::not_found)
    return {};
  Diagnostic diagnostic =
      diagnose(Code::key_exists, fmt::format("{} is there already", path.string()),
               "choose another name, or move the old key away");
  diagnostic.where.path = path.string();
  return Error(ErrorKind::output, std::move(diagnostic));
}

Result<void> write_pair(const PrivateKey& key, const Secret& passphrase, const std::string& path) {
  const Secret pem = key.to_pem(passphrase);
  TRY_(pem.reveal(
      [&](std::string_view bytes) { return create_file(path, bytes, FileMode::only_owner); }));
  Result<void> written =
      create_file(path + ".pub", key.public_key().pem(), FileMode::everybody_reads);
  if (!written) {
    // Half a pair helps nobody, and a second try would find the name taken.
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  return written;
}

Result<void> keygen_command(const CommandLine& line, const Console& console) {
  TRY_(require_option(line, "out"));
  const std::string path = line.get("out");
  TRY_(must_be_free(path));
  TRY_(must_be_free(path + ".pub"));
  TRY(const Secret passphrase, passphrase_of(line));
  const KeyType type = line.get("type", "p256") == "ed25519" ? KeyType::ed25519 : KeyType::p256;
  const PrivateKey key = PrivateKey::generate(type);
  TRY_(write_pair(key, passphrase, path));
  return console.print(fmt::format(
      "{}: private key, {}{}, for nobody else\n{}.pub: public key, for the policy\nkey id {}\n",
      printable(path), to_string(type), passphrase.empty() ? "" : ", encrypted", printable(path),
      key.public_key().id()));
}

}  // namespace

int run_keygen(const CommandLine& line, Console& console) {
  const Result<void> result = keygen_command(line, console);
  return result ? kSuccess : report(result.error(), &line, console);
}

}  // namespace hookplan
