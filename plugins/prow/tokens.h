// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"

namespace hookplan {

// 40 lower-case hexadecimal digits out of 160 random bits, as Prow makes them.
Secret mint_prow_token();

// See Receiver::falls_back_to(): the organisation, then `*`.
std::vector<std::string> prow_fallbacks(std::string_view entry);

}  // namespace hookplan
