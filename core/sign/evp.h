// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace hookplan {

enum class KeyType { p256, ed25519 };

std::string_view to_string(KeyType type);  // "p256", "ed25519"

// What public and private keys share; only their own files include this.
using EvpKey = std::shared_ptr<evp_pkey_st>;

EvpKey owned(evp_pkey_st* key);

// An error of kind `key` about the key called `name`.
Error key_error(Code code, std::string_view name, std::string message, std::string hint = {});

// The SubjectPublicKeyInfo (RFC 5480, RFC 8410) of a key that may be used, in its one canonical
// form: named curve, uncompressed point. Refused are other types and curves (HP7007), explicit
// curves, points that are not on the curve, and Ed25519 keys of small order or in a second
// spelling, for which signatures of any text can be made (HP7008).
Result<std::string> canonical_public_key(evp_pkey_st* key, std::string_view name);

// An uncompressed P-256 point (SEC 1, 2.3.3) as SubjectPublicKeyInfo; empty if it is not 65 bytes.
std::string p256_public_key(std::string_view point);

}  // namespace hookplan
