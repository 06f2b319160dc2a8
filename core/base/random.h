// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/base/secret.h"

namespace hookplan {

// Bytes from the random generator of the operating system, fit for keys. Waits until it is seeded;
// throws where there is none.
void fill_random(std::span<char> bytes);

// A secret of that many random bytes, written as two lower-case hexadecimal digits each.
Secret random_hex(std::size_t bytes);

// A random UUID (RFC 4122, version 4) in lower case. It names things and is no secret.
std::string random_uuid();

}  // namespace hookplan
