// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sign/evp.h"

namespace hookplan {

// A key that can verify: Ed25519 (RFC 8032) or ECDSA on P-256 with SHA-256. Two keys are equal if
// they are the same key, however they were written.
class PublicKey {
 public:
  // From PEM (`PUBLIC KEY`) or one line as ssh-keygen writes it (`ssh-ed25519`,
  // `ecdsa-sha2-nistp256`). `name` stands for the key in errors, which are of kind `key` and never
  // repeat the text: it may be a private key.
  static Result<PublicKey> from_text(std::string_view text, std::string_view name);
  static Result<PublicKey> from_pem(std::string_view text, std::string_view name);
  static Result<PublicKey> from_ssh(std::string_view line, std::string_view name);
  // The key in an SSH wire structure (RFC 8709, RFC 5656).
  static Result<PublicKey> from_ssh_blob(std::string_view blob, std::string_view name);
  static Result<PublicKey> from_evp(evp_pkey_st* key, std::string_view name);

  KeyType type() const { return type_; }
  // SHA-256 of the canonical SubjectPublicKeyInfo, 64 hexadecimal digits. A name, never a proof.
  const std::string& id() const { return id_; }
  // The canonical SubjectPublicKeyInfo in DER.
  const std::string& der() const { return der_; }
  std::string pem() const;
  // One line as ssh-keygen writes it, without a comment and a line feed.
  std::string ssh() const;

  // ECDSA signatures are in DER. What is malformed does not verify.
  bool verifies(std::string_view bytes, std::string_view signature) const;

  // The same where the SHA-256 of the bytes (32 of them) is at hand, which saves a P-256 key from
  // reading them; an Ed25519 key reads them all, every time.
  bool verifies(std::string_view bytes, std::string_view sha256_of_bytes,
                std::string_view signature) const;

  bool operator==(const PublicKey& other) const { return der_ == other.der_; }

 private:
  PublicKey(EvpKey key, std::string der);

  EvpKey key_;
  KeyType type_;
  std::string der_;
  std::string id_;
};

}  // namespace hookplan
