// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/ports/outside.h"

namespace hookplan {

// This process as other runs see it. Its name is the page of the CI job where the environment knows
// one, else process and host.
Runner this_runner();

// Whether the process of that id has ended. False for one of another machine, container or boot:
// nobody can tell from here.
bool is_runner_gone(std::string_view id);

}  // namespace hookplan
