// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace hookplan {

// HMAC (RFC 2104) of the bytes under the key, as lower-case hexadecimal digits: 64 with SHA-256, 40
// with SHA-1. SHA-1 is for receivers of old only. Throws where the algorithm is switched off.
std::string hmac_sha256_hex(const Secret& key, std::string_view bytes);
std::string hmac_sha1_hex(const Secret& key, std::string_view bytes);

}  // namespace hookplan
