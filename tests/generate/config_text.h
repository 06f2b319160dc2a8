// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/generate/config_model.h"

namespace hookplan::generate {

// A whole config.yaml that Prow accepts (Go's yaml.v2 and sigs.k8s.io/yaml) and that means exactly
// `model` there, with other sections around ours. After a change of the generator, read some
// thousands of texts with those two again: nothing here can tell whether Prow accepts them.
std::string write_in_random_style(const ConfigModel& model, std::mt19937_64& random);

// One of the RFC 3339 spellings of an instant.
std::string spell_instant(std::int64_t instant, std::mt19937_64& random);

}  // namespace hookplan::generate
