// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace hookplan {

// An RSA key with which a program says who it is, such as that of a GitHub App or of a service
// account.
class Rs256Key {
 public:
  // PEM (PKCS#1 or PKCS#8), not encrypted. Errors of kind `key`: HP7005 if it cannot be read,
  // HP7006 if it is another kind of key, HP7008 below 2048 bits. `name` says in messages which key
  // it is, `hint` where to get the right one.
  static Result<Rs256Key> from_pem(const Secret& pem, std::string_view name, std::string_view hint);

  // RS256 (RFC 7518, 3.3): PKCS #1 v1.5 over SHA-256.
  std::string sign(std::string_view bytes) const;

  // A JSON web token (RFC 7519) with these claims, in compact form. `key_id`: for services that
  // know several keys of one owner; empty: none is named.
  Secret token_with(std::string_view claims, std::string_view key_id = {}) const;

 private:
  explicit Rs256Key(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace hookplan
