// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace hookplan::generate {

// For the benchmark: a config.yaml in the one style that large installations have. Sorted names,
// two lines and about 84 bytes per entry:
//
//     org/repo:
//       token_created_after: 2019-05-06T07:00:00Z
//
// About 40 entries per organization, a few organizations having most of them; 3 % of the entries
// are a whole organization. Everything is lower-case.
std::string large_config(std::size_t entries, unsigned seed);

// `config` is a result of this function or of large_config, with at least one entry. 40 % of the
// changes are a later instant, 30 % a removed entry, the rest an added one; fewer in total only
// when there are not enough entries.
std::string changed_config(const std::string& config, std::size_t changes, unsigned seed);

}  // namespace hookplan::generate
