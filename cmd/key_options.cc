// SPDX-License-Identifier: Apache-2.0
#include "cmd/key_options.h"

#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cmd/deadline.h"
#include "cmd/terminal.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/secret_source.h"
#include "core/base/text.h"
#include "core/config/revisions.h"
#include "core/config/settings.h"
#include "core/config/settings_fields.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxPublicKeyBytes = 16'384;

std::string help_for(const CommandLine& line) {
  return fmt::format("hookplan help {}", line.command->name);
}

Result<Policy> policy_in(const Settings& settings, std::string_view where) {
  if (settings.policy) return make_policy(settings);
  return fail(Code::policy_missing, "the settings have no policy").at(where);
}

}  // namespace

Result<void> require_option(const CommandLine& line, std::string_view option) {
  if (line.has(option)) return {};
  return fail(Code::bad_option_value, "{} needs --{}", line.command->name, option)
      .hint(help_for(line));
}

Result<Secret> passphrase_of(const CommandLine& line) {
  if (!line.has("passphrase")) return Secret();
  TRY(const SecretSource source, secret_source("--passphrase", line.get("passphrase")));
  return read_passphrase(source);
}

Result<PrivateKey> private_key_of(const CommandLine& line, std::string_view option) {
  TRY(const SecretSource source, secret_source(fmt::format("--{}", option), line.get(option)));
  std::error_code ignored;
  if (source.kind == SecretSource::Kind::file && line.has("out") &&
      std::filesystem::equivalent(source.name, line.get("out"), ignored)) {
    return fail(Code::bad_option_value, "--out is the file of the private key, which would be lost")
        .hint("name another file");
  }
  TRY(const Secret pem, read_secret(source));
  TRY(Secret passphrase, passphrase_of(line));
  const std::string name = to_string(source);
  if (passphrase.empty() && PrivateKey::is_encrypted(pem) && has_person()) {
    const PausedDeadline asking(PausedDeadline::For::a_person);
    if (auto typed = ask_secret(fmt::format("passphrase of {}: ", printable(name)))) {
      passphrase = *std::move(typed);
    }
  }
  return PrivateKey::from_pem(pem, passphrase, name);
}

Result<PublicKey> public_key_of(const CommandLine& line, std::string_view option) {
  std::string path = line.get(option);
  if (path.starts_with("file:")) path.erase(0, std::string_view("file:").size());
  TRY(const std::string text, read_file(path, kMaxPublicKeyBytes, Trust::only_us));
  return PublicKey::from_text(text, path);
}

Result<Policy> policy_of(const CommandLine& line) {
  constexpr std::array<std::string_view, 3> kWays = {"policy", "policy-at", "key"};
  std::size_t given = 0;
  for (const std::string_view way : kWays) given += line.has(way) ? 1 : 0;
  if (given != 1) {
    return fail(Code::bad_option_value, given == 0 ? "no policy given: whose signatures count"
                                                   : "more than one policy given")
        .hint("name one: --policy FILE, --policy-at REVISION or --public-key FILE");
  }
  if (line.has("key")) {
    TRY(PublicKey key, public_key_of(line, "key"));
    return policy_of(std::move(key), line.get("key"));
  }
  if (line.has("policy-at")) {
    const std::string path = line.get("settings", kSettingsName);
    TRY(const SettingsAt at,
        read_settings_at(line.get("repo", "."), line.get("policy-at"), path, plugin_types()));
    TRY(Policy policy, policy_in(at.settings, path));
    policy.source_sha256 = at.sha256;
    return policy;
  }
  const std::string path = line.get("policy");
  TRY(const std::string bytes, read_file(path, kMaxSettingsBytes, Trust::only_us));
  TRY(const Settings settings, read_settings(bytes, path, plugin_types()));
  TRY(Policy policy, policy_in(settings, path));
  policy.source_sha256 = sha256_hex(bytes);
  return policy;
}

Result<std::chrono::seconds> validity_of(const CommandLine& line) {
  constexpr std::chrono::seconds kMax = std::chrono::days{366};
  const std::string text = line.get("valid-for", "24h");
  const auto duration = duration_from_text(text);
  if (duration && duration->count() > 0 && *duration <= kMax) return *duration;
  return fail(Code::bad_option_value, "--valid-for cannot be {}", excerpt(text))
      .hint("a number and s, m, h or d, from 1s to 366d, such as 24h");
}

}  // namespace hookplan
