// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace hookplan {

// libFuzzer keeps the input for which a target aborts.
inline void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace hookplan
