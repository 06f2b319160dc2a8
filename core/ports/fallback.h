// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/token.h"

namespace hookplan {

// Whose tokens count for deliveries of an entry that has no list of its own.
enum class FallbackRule {
  none,                      // nobody's
  organization_then_global,  // those of the organization, else those of `*`: Prow's hook
};

// The entries whose tokens count for deliveries of `entry` as long as it has none of its own, the
// first that is there deciding.
std::vector<std::string> fallbacks(FallbackRule rule, std::string_view entry);

// The tokens of which any is accepted for a delivery of `entry`: its own list, else the first of
// its fallbacks that exists, even if that has no token: then every delivery is refused. Null
// pointer if none exists, which refuses, too. Names count by their bytes, as in Prow's hook.
const TokenList* accepted_tokens(const TokenMap& tokens, FallbackRule rule, std::string_view entry);

}  // namespace hookplan
