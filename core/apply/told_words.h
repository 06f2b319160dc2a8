// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/plan/plan.h"

namespace hookplan {

// A plan says in words how its config and its base were found. They are the planner's, approvers
// read them, and no digest can be made again for them: so they must be words that hookplan writes,
// and true as far as git still shows (the latter is for check_fresh()).

// Why the words and paths of the plan are none of ours; empty if they may be.
std::string problem_with_words(const Plan& plan);

// The base is the first parent of the head: a claim that git can deny.
bool says_first_parent(std::string_view base_rule);

// One repository has many URLs: by ssh or https, with and without a user, a port and `.git`.
bool is_one_remote(std::string_view one, std::string_view other);

}  // namespace hookplan
