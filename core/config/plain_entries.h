// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/snapshot.h"
#include "core/yaml/section_scan.h"

namespace hookplan {

// By name; those of one name in the order of the text.
void sort_by_name(std::vector<Entry>& entries);
std::vector<Entry> merge_by_name(std::vector<Entry> some, std::vector<Entry> others);

// What was cut out of a text, as entries, in the order of the text.
std::vector<Entry> entries_of(const SectionScan& scan);

}  // namespace hookplan
