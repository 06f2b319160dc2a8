// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>

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
  return fail(Code::key_exists, "{} is there already", path.string()).at(path.string());
}

Result<void> write_pair(const PrivateKey& key, const Secret& passphrase, const std::string& path) {
  const Secret pem = key.to_pem(passphrase);
  TRY_VOID(pem.reveal(
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

// alice.key is the key of alice, in all likelihood.
std::string name_in_policy(const std::filesystem::path& path) {
  std::string name = path.stem().string();
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain ? name : "NAME";
}

}  // namespace

Result<int> run_keygen(const CommandLine& line, const Console& console) {
  TRY_VOID(require_option(line, "out"));
  const std::string path = line.get("out");
  TRY_VOID(must_be_free(path));
  TRY_VOID(must_be_free(path + ".pub"));
  TRY(const Secret passphrase, passphrase_of(line));
  const KeyType type = line.get("type", "p256") == "ed25519" ? KeyType::ed25519 : KeyType::p256;
  const PrivateKey key = PrivateKey::generate(type);
  TRY_VOID(write_pair(key, passphrase, path));
  return success_of(console.print(
      fmt::format("{0}      private key ({1}{2}), keep secret\n"
                  "{0}.pub  public key, share freely\n"
                  "key id {3}\n"
                  "in the policy, below keys:\n"
                  "    {4}: {{ssh: {5}}}\n",
                  printable(path), to_string(type), passphrase.empty() ? "" : ", encrypted",
                  key.public_key().id(), name_in_policy(path), key.public_key().ssh())));
}

}  // namespace hookplan
