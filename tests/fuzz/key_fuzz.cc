// SPDX-License-Identifier: Apache-2.0
// Any bytes as a key: as the text of a file, as an ssh wire structure, and as the DER inside every
// PEM block that may hold a key, so that changes reach OpenSSL without spoiling base64. What is
// accepted is a key that works and is the same when it is written and read again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/base64.h"
#include "core/base/secret.h"
#include "core/sign/private_key.h"
#include "core/sign/public_key.h"
#include "tests/fuzz/costly_key.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

constexpr std::string_view kPassphrase = "fuzz";
constexpr std::string_view kMessage = "hookplan";

std::string pem_of(std::string_view label, std::string_view der) {
  constexpr std::size_t kLine = 64;
  const std::string text = base64(der);
  std::string pem = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLine) pem += text.substr(at, kLine) + "\n";
  return pem + "-----END " + std::string(label) + "-----\n";
}

void check_error(const Error& error) {
  require(error.kind == ErrorKind::key && !error.first().message.empty() &&
          !error.first().hint.empty());
}

void check_public(const Result<PublicKey>& key, std::string_view input) {
  if (!key) return check_error(key.error());
  const std::string& id = key->id();
  require(id.size() == 64 && id.find_first_not_of("0123456789abcdef") == std::string::npos);
  const auto again = PublicKey::from_text(key->pem(), "the key");
  require(again && *again == *key && again->id() == id && again->type() == key->type());
  require(pem_of("PUBLIC KEY", key->der()) == key->pem());
  require(!key->verifies(kMessage, input) && !key->verifies(input, std::string(64, '\x2a')));
}

void check_private(const Result<PrivateKey>& key, std::string_view input) {
  if (!key) return check_error(key.error());
  const PublicKey& other_half = key->public_key();
  const std::string signature = key->sign(kMessage);
  require(other_half.verifies(kMessage, signature) && !other_half.verifies("another", signature));
  const auto again = PrivateKey::from_pem(key->to_pem(Secret()), Secret(), "the key");
  require(again && again->public_key() == other_half);
  require(other_half.verifies(kMessage, again->sign(kMessage)));
  check_public(other_half, input);
}

void check_text(std::string_view text) {
  check_public(PublicKey::from_text(text, "the key"), text);
  const Secret pem = Secret::copy_of(text);
  const auto without = PrivateKey::from_pem(pem, Secret(), "the key");
  check_private(without, text);
  const bool needs_passphrase =
      !without && without.error().first().code == Code::passphrase_missing;
  require(!needs_passphrase || PrivateKey::is_encrypted(pem));
  // A file says itself how long its passphrase takes.
  if (is_costly_key(text)) return;
  const auto with = PrivateKey::from_pem(pem, Secret::copy_of(kPassphrase), "the key");
  check_private(with, text);
  require(with.has_value() || !without.has_value());
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookplan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_public(PublicKey::from_ssh_blob(bytes, "the key"), bytes);
  if (bytes.find("-----BEGIN ") != std::string_view::npos) {
    check_text(bytes);
    return 0;
  }
  check_public(PublicKey::from_text(bytes, "the key"), bytes);
  for (const std::string_view label :
       {"PUBLIC KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY"}) {
    check_text(pem_of(label, bytes));
  }
  return 0;
}
