// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/ports/token.h"

namespace hookplan {

// True if Prow's YAML library wants `one` before `other`: numbers inside names count as numbers
// (repo2 before repo10), what is no letter stands before letters, capitals before small letters.
// REQUIRES: both are UTF-8.
bool stands_before(std::string_view one, std::string_view other);

// The names in the order in which they are written, the same for the same names in every run. Each
// name stands before the next one by stands_before(). Where that relation is a consistent order, it
// is Prow's. It is none for all names (repo1a before repo2 before repo10 before repo1a); there
// Prow's own order varies from run to run. REQUIRES: the names are UTF-8.
std::vector<std::string_view> names_in_order(const TokenMap& tokens);

}  // namespace hookplan
