// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/input_output.h"
#include "cmd/key_options.h"
#include "core/base/file.h"
#include "core/base/json.h"
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

// alice.key and alice.key.pub are the keys of alice, in all likelihood.
std::string name_in_policy(std::filesystem::path path) {
  if (path.extension() == ".pub") path.replace_extension();
  std::string name = path.stem().string();
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain ? name : "NAME";
}

struct KeyFiles {
  std::string private_key = {};  // empty: only the public one is known
  std::string public_key = {};
};

std::string to_json(const PublicKey& key, const KeyFiles& files) {
  JsonWriter json;
  json.begin_object();
  json.key("key_id").string(key.id());
  json.key("name").string(name_in_policy(files.public_key));
  if (!files.private_key.empty()) json.key("private_key").string(files.private_key);
  json.key("public_key").string(files.public_key);
  json.key("ssh").string(key.ssh());
  json.end_object();
  return json.take() + "\n";
}

std::string in_policy(const PublicKey& key, const KeyFiles& files) {
  return fmt::format("key id {}\nin the policy, below keys:\n    {}: {{ssh: {}}}\n", key.id(),
                     name_in_policy(files.public_key), key.ssh());
}

Result<int> show_public_key(const CommandLine& line, const Console& console) {
  for (const std::string_view option : {"out", "type", "passphrase"}) {
    if (!line.has(option)) continue;
    return fail(Code::bad_option_value, "--show makes no key, so --{} says nothing", option)
        .hint("leave one of them out");
  }
  TRY(const PublicKey key, public_key_of(line, "show"));
  const KeyFiles files = {{}, line.get("show")};
  return success_of(line.get("format") == "json" ? console.print(to_json(key, files))
                                                 : console.print_text(in_policy(key, files)));
}

}  // namespace

Result<int> run_keygen(const CommandLine& line, const Console& console) {
  if (line.has("show")) return show_public_key(line, console);
  TRY_VOID(require_option(line, "out"));
  const std::string path = line.get("out");
  if (path == kStandardStream) {
    return fail(Code::bad_option_value, "a pair of keys is two files, and --out - names none")
        .hint("name the file of the private key");
  }
  TRY_VOID(must_be_free(path));
  TRY_VOID(must_be_free(path + ".pub"));
  TRY(const Secret passphrase, passphrase_of(line));
  const KeyType type = line.get("type", "ed25519") == "p256" ? KeyType::p256 : KeyType::ed25519;
  const PrivateKey key = PrivateKey::generate(type);
  TRY_VOID(write_pair(key, passphrase, path));
  const KeyFiles files = {path, path + ".pub"};
  if (line.get("format") == "json")
    return success_of(console.print(to_json(key.public_key(), files)));
  return success_of(console.print_text(fmt::format("{0}      private key ({1}{2}), keep secret\n"
                                                   "{0}.pub  public key, share freely\n",
                                                   printable(path), to_string(type),
                                                   passphrase.empty() ? "" : ", encrypted") +
                                       in_policy(key.public_key(), files)));
}

}  // namespace hookplan
