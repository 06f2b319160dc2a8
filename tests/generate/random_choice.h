// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

namespace hookplan::generate {

// The distributions of <random> and std::shuffle differ between standard libraries; these do not,
// so that the seed in a failure report reproduces the same text everywhere. The slight bias of the
// remainder does not matter here.
//
// Callers draw at most once per full expression: the order in which two operands or two arguments
// are evaluated differs between compilers, too.
inline std::size_t below(std::mt19937_64& random, std::size_t bound) {
  return static_cast<std::size_t>(random() % static_cast<std::uint64_t>(bound));
}

inline std::int64_t between(std::mt19937_64& random, std::int64_t first, std::int64_t last) {
  const auto width = static_cast<std::uint64_t>(last - first) + 1;
  return first + static_cast<std::int64_t>(random() % width);
}

inline bool one_in(std::mt19937_64& random, std::size_t bound) { return below(random, bound) == 0; }

inline bool percent(std::mt19937_64& random, std::size_t chance) {
  return below(random, 100) < chance;
}

template <typename Container>
const auto& pick(std::mt19937_64& random, const Container& choices) {
  return choices[below(random, std::size(choices))];
}

template <typename Value>
void shuffle(std::vector<Value>& values, std::mt19937_64& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[below(random, i)]);
}

}  // namespace hookplan::generate
