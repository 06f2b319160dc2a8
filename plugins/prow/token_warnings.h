// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/ports/token.h"

namespace hookplan {

// What is odd in a document of tokens that can be read: tokens that protect nothing (HP8010),
// tokens that look like what a tool puts in a token's place (HP8008), and comments, which the next
// writing loses and of which one may be the rest of a token (HP8009). Never quotes a token. `name`
// says which document it is.
std::vector<Diagnostic> warnings_of(std::string_view document, const TokenMap& tokens,
                                    std::string_view name);

}  // namespace hookplan
