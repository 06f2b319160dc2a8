// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/apply/token.h"

namespace hookplan {

// The tokens of which Prow's hook accepts any for a delivery of `entry` ("org/repo" or "org"):
// those of the entry itself, else of its organisation, else of `*`. The first of them that exists
// decides, even if it has no token: then every delivery is refused. Null pointer if none exists,
// which refuses, too. Names count by their bytes, as in the hook.
const TokenList* deciding(const TokenMap& tokens, std::string_view entry);

}  // namespace hookplan
