// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/sign/public_key.h"

namespace hookplan {

// A key that can sign. It can neither be copied nor printed; OpenSSL wipes it at the end.
class PrivateKey {
 public:
  static PrivateKey generate(KeyType type);

  // From PEM: PKCS#8, plain or encrypted (PBES2), or SEC 1. `passphrase` is empty if there is none.
  // `name` stands for the key in errors, which are of kind `key`. Never asks anybody for anything.
  static Result<PrivateKey> from_pem(const Secret& pem, const Secret& passphrase,
                                     std::string_view name);
  // Whether from_pem() will need a passphrase.
  static bool is_encrypted(const Secret& pem);

  PrivateKey(PrivateKey&&) noexcept = default;
  PrivateKey& operator=(PrivateKey&&) noexcept = default;
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;
  ~PrivateKey() = default;

  // Ed25519: the same bytes give the same signature. P-256: in DER, new each time.
  std::string sign(std::string_view bytes) const;

  const PublicKey& public_key() const { return public_; }

  // PKCS#8 in PEM; encrypted (PBES2, AES-256, PBKDF2 with 600,000 rounds of HMAC-SHA-256) unless
  // the passphrase is empty.
  Secret to_pem(const Secret& passphrase) const;

 private:
  PrivateKey(EvpKey key, PublicKey public_key);

  EvpKey key_;
  PublicKey public_;
};

}  // namespace hookplan
