// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace hookplan {

// How the older revision follows from what a CI system says.
enum class BaseKind {
  // The commit that is named. Something that is not in the history of the head is not compared
  // with.
  named,
  // What the branch was before a push: zeros for a new branch, elsewhere after a force push.
  before_push,
  // The first parent: the system says nothing of an older revision.
  first_parent,
  // A pull request, of which either the test merge or the head is checked out: the first parent of
  // the one, the merge base of the other. Never the tip of the target: a pull request that is
  // behind
  // would seem to remove what others have added since.
  test_merge,
  // Where the head left the target.
  merge_base,
  // A push that deleted the branch: nothing is compared.
  deleted,
};

// What a run can be trusted with.
enum class CiTrust {
  nobody,  // it looks at what was not merged yet: it never signs and never applies
  branch,  // it looks at what a branch holds: it may, if that branch is the trusted one
};

// A row of the table. `when`, `head`, `base`, ... name facts, see README.md.
struct CiRule {
  std::string_view system;
  std::string_view event;  // for people
  // All of these must hold, separated by blanks: NAME is there and not empty, or NAME=value.
  std::string_view when;
  std::string_view head;  // the newer revision; `HEAD` is what is checked out
  BaseKind kind;
  std::string_view base;    // the older revision, or a commit of the target
  std::string_view merged;  // test_merge: the head of the pull request
  std::string_view branch;  // the branch of the run, or the target of the pull request
  CiTrust trust;
};

// In the order in which they are tried: the first that fits counts.
std::span<const CiRule> ci_rules();

// The facts that say, by system, what is the same for all of its events.
struct CiSystem {
  std::string_view system;
  std::string_view mark;            // as in CiRule::when
  std::string_view default_branch;  // the branch that is trusted unless another one is named
  std::string_view repository;      // "foo/bar"
  std::string_view pull_request;    // its number
  std::string_view pull_request_head;
  std::string_view run;  // greater for later runs
  std::string_view attempt;
};
std::span<const CiSystem> ci_systems();

}  // namespace hookplan
