// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hookplan::bench {

struct Measurement {
  double seconds = 0;    // wall time of the whole process
  double megabytes = 0;  // its greatest resident size
};

// Runs a program with its output thrown away. Ends this program if it fails.
Measurement run(const std::vector<std::string>& words);

// Runs the programs in turn, `rounds` times, so that all of them meet the same weather; returns the
// runs of each.
std::vector<std::vector<Measurement>> interleaved(
    const std::vector<std::vector<std::string>>& programs, int rounds);

double median(std::vector<double> numbers);

}  // namespace hookplan::bench
