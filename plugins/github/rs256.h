// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace hookplan {

// The RSA key of a GitHub App, which signs what says that it is the App.
class AppKey {
 public:
  // PEM (PKCS#1, as GitHub gives it, or PKCS#8), not encrypted. Errors of kind `key`: HP7005 if it
  // cannot be read, HP7006 if it is another kind of key, HP7008 below 2048 bits. `name` says in
  // messages which key it is.
  static Result<AppKey> from_pem(const Secret& pem, std::string_view name);

  // RS256 (RFC 7518, 3.3): PKCS #1 v1.5 over SHA-256.
  std::string sign(std::string_view bytes) const;

 private:
  explicit AppKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace hookplan
