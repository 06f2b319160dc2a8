// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hookplan {

// Whether the passphrase of a key in PEM is, or may be, made slow to try: with more than 2^16
// rounds of what derives the key, or in a way that cannot be told. For targets that want to try
// thousands of keys a second.
bool is_costly_key(std::string_view pem);

}  // namespace hookplan
