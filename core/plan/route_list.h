// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace hookplan {

// A route that changes of the plan use, on either side, and how many of them.
struct UsedRoute {
  const Route* route = nullptr;  // lives as long as the plan
  std::size_t changes = 0;
};

// Every route there is in the plan, in the order in which the changes first name them. Where hooks
// lead and tokens live must be seen by whoever approves, whichever change it hides in.
std::vector<UsedRoute> used_routes(const Plan& plan);

// "github (https://api.github.com)"; the name alone where nothing says where it is.
std::string forge_in_words(const Route& route);

// "prow https://prow.example.com/hook, events *; hooks at github https://api.github.com; tokens in
// file path=hmac.yaml": not sanitised.
std::string in_words(const Route& route);

}  // namespace hookplan
