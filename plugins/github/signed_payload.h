// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "core/base/secret.h"

namespace hookplan {

// The bytes of a member of a JSON object as they stand in the document; nothing if there is none.
// REQUIRES: the document was parsed before, so that it is JSON.
std::optional<std::string_view> raw_member(std::string_view object, std::string_view name);

// Whether `signature` ("sha256=...") is that of the payload under the key. GitHub signs the bytes
// that it sends and logs the payload as JSON inside of JSON, so white space and escapes may be
// others than in the bytes that were signed: each way in which GitHub is known to write them is
// tried. A signature fits one of them or none.
bool is_signed_with(const Secret& key, std::string_view logged_payload, std::string_view signature);

}  // namespace hookplan
