// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

namespace hookplan::differential {

// A config of a few dozen lines, often damaged: entries in every form, and around and between them
// what could be taken for entries and is something else.
std::string random_config(std::mt19937_64& random);

}  // namespace hookplan::differential
