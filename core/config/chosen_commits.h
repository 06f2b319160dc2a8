// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/git/git_repository.h"

namespace hookplan {

// The two commits of a comparison.
struct ChosenCommits {
  GitCommit base = {};  // empty: compare with nothing
  GitCommit head = {};
  std::string rule = {};       // how the base was chosen, in words
  bool base_is_named = false;  // somebody meant this one
  // The base is neither the head nor behind it: what the base gained since they parted would look
  // like removals. False where a shallow clone cannot tell.
  bool base_is_apart = false;
};

// Words as a person gave them; empty ones are chosen: the head is HEAD, the base its first parent.
// One word may be both: A...B compares B with where it parted from A, A..B with A; an empty side is
// HEAD.
Result<ChosenCommits> choose_commits(const GitRepository& repository, std::string base,
                                     std::string head);

}  // namespace hookplan
