// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/result.h"
#include "core/ci/ci_run.h"
#include "core/git/git_repository.h"

namespace hookplan {

// The two commits of a run.
struct CiRevisions {
  GitCommit base = {};    // empty: the head is the first commit, compared with nothing
  GitCommit head = {};    // empty: there is nothing to compare, because a branch was deleted
  std::string rule = {};  // how the base was chosen, in words
  std::vector<Diagnostic> notes = {};

  bool is_nothing() const { return head.id.empty(); }
};

// Finds them in the clone. The base is always in the history of the head, so that no difference is
// taken for a removal that nobody made: where the named one is not, the merge base of both takes
// its place, with a note. What the clone does not hold is an error (HP8504, or the codes of the
// repository) that says which line of the workflow to change.
Result<CiRevisions> ci_revisions_of(const GitRepository& repository, const CiRun& run);

}  // namespace hookplan
