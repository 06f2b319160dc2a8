// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace hookplan::differential {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t bound) { return random() % bound; }
inline bool one_in(Random& random, std::size_t number) { return below(random, number) == 0; }

// A key at the margin with a value in block style, as other parts of a Prow config are, now and
// then with something odd in it.
std::string random_block(Random& random);

}  // namespace hookplan::differential
