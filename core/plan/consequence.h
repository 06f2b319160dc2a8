// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/plan/plan.h"

namespace hookplan {

// Fills in reason, consequence and reversibility: what the change means for those who depend on the
// hook. REQUIRES: everything but these and the digest is set.
void describe(Change& change, std::chrono::seconds overlap);
void describe(SettingChange& setting);

// "moved", "perhaps renamed": what became of the one entry by the name of the other.
std::string_view in_words(RelationKind kind);

// "60 min", "2 days"
std::string in_words(std::chrono::seconds duration);

// What is done, in a few words for a table: "delete hook, drop tokens".
std::string action_of(const Change& change);

// What caused it, in a few words: "2019-10-02 -> 2026-09-01".
std::string cause_of(const Change& change);

}  // namespace hookplan
