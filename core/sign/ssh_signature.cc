// SPDX-License-Identifier: Apache-2.0
#include "core/sign/ssh_signature.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/sign/ssh_wire.h"

namespace hookplan {
namespace {

constexpr std::string_view kMagic = "SSHSIG";
constexpr std::uint32_t kSignatureVersion = 1;
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "\n-----END SSH SIGNATURE-----";

// SSH and DER write the same two's complement numbers; only the frame differs.
std::string der_of_ecdsa(std::string_view blob) {
  constexpr std::size_t kMaxNumber = 33;  // 32 bytes and a sign
  SshReader reader(blob);
  std::string numbers;
  for (int i = 0; i < 2; ++i) {
    const std::string_view number = reader.text();
    if (number.empty() || number.size() > kMaxNumber) return {};
    numbers += fmt::format("\x02{}{}", static_cast<char>(number.size()), number);
  }
  if (!reader.is_at_end()) return {};
  return fmt::format("\x30{}{}", static_cast<char>(numbers.size()), numbers);
}

// The raw signature in the frame that names its algorithm; empty if it does not fit the key.
std::string raw_signature(std::string_view framed, KeyType type) {
  SshReader reader(framed);
  const std::string_view algorithm = reader.text();
  const std::string_view bytes = reader.text();
  if (!reader.is_at_end()) return {};
  switch (type) {
    case KeyType::ed25519: return algorithm == "ssh-ed25519" ? std::string(bytes) : std::string();
    case KeyType::p256:
      return algorithm == "ecdsa-sha2-nistp256" ? der_of_ecdsa(bytes) : std::string();
  }
  return {};
}

}  // namespace

bool is_ssh_signature(std::string_view bytes) {
  SshReader reader(bytes);
  return reader.bytes(kMagic.size()) == kMagic && reader.number() == kSignatureVersion;
}

Result<SshSignature> read_ssh_signature(std::string_view bytes, std::string_view message) {
  SshReader reader(bytes);
  const bool known = reader.bytes(kMagic.size()) == kMagic && reader.number() == kSignatureVersion;
  const std::string_view key = reader.text();
  const std::string_view name_space = reader.text();
  const std::string_view reserved = reader.text();
  const std::string_view hash_name = reader.text();
  const std::string_view framed = reader.text();
  if (!known || !reader.is_at_end())
    return fail(Code::signature_malformed, "the ssh signature is cut off or damaged");
  if (name_space != kSshNamespace) {
    return fail(Code::signature_malformed, "the ssh signature is for {}, not for {}",
                name_space.empty() ? "nothing" : excerpt(name_space), kSshNamespace);
  }
  std::optional<std::string> hash;
  if (hash_name == "sha512") hash = sha512(message);
  if (hash_name == "sha256") hash = sha256(message);
  if (!hash) {
    return fail(Code::signature_malformed, "the ssh signature uses the hash {}",
                excerpt(hash_name));
  }
  TRY(PublicKey signer, PublicKey::from_ssh_blob(key, "the key of the ssh signature"));
  std::string raw = raw_signature(framed, signer.type());
  if (raw.empty())
    return fail(Code::signature_malformed, "the ssh signature does not fit its own key");
  std::string data(kMagic);
  for (const std::string_view part : {name_space, reserved, hash_name, std::string_view(*hash)}) {
    data += ssh_text(part);
  }
  return SshSignature{std::move(signer), std::move(data), std::move(raw)};
}

bool looks_like_ssh_armour(std::string_view text) {
  return text.starts_with(kBegin.substr(0, kBegin.size() - 1));
}

Result<std::string> ssh_signature_from_armour(std::string_view given) {
  // Mail and some editors add carriage returns; they are no base64.
  std::string lines(given);
  std::erase(lines, '\r');
  std::string_view text = lines;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd) ||
      text.size() < kBegin.size() + kEnd.size()) {
    return fail(Code::signature_malformed, "the armour of the ssh signature is damaged");
  }
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  std::string joined(text);
  std::erase(joined, '\n');
  std::optional<std::string> bytes = bytes_from_base64(joined);
  if (!bytes || !is_ssh_signature(*bytes)) {
    return fail(Code::signature_malformed, "the armour holds no ssh signature of version 1");
  }
  return *std::move(bytes);
}

}  // namespace hookplan
