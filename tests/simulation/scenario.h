// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/apply/engine/goal.h"
#include "core/plan/plan.h"
#include "tests/simulation/ports.h"
#include "tests/simulation/world.h"

namespace hookplan::simulation {

// A world, what is asked of it, and what must be there in the end.
struct Scenario {
  World world = {};
  std::vector<Change> changes = {};
  Work work = {};
  SimTokens untouched = {};  // tokens that nobody may drop
};

// The same seed makes the same scenario.
Scenario scenario_of(std::uint64_t seed, ReceiverFamily family);

// Why the world is not as the scenario asks; empty if it is.
std::string shortcoming(const Scenario& scenario, const World& world);

// What is left to do without any plan.
Work settling_of(const Work& work);

}  // namespace hookplan::simulation
