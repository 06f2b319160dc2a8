// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/ci/ci_facts.h"
#include "core/ci/ci_rules.h"

namespace hookplan {

// A run of a CI system, as its rule in the table reads it. Revisions are ids of commits, `HEAD`,
// or, where a person named them, whatever git understands; none of them has been looked for yet.
struct CiRun {
  std::string system = {};  // "GitHub Actions"; empty: none was recognized
  std::string event = {};   // "push"
  BaseKind kind = BaseKind::first_parent;
  std::string head = {};
  std::string base = {};            // empty: the system does not name one
  std::string merged = {};          // the head of the pull request, where that is known
  std::string branch = {};          // full name: of the run, or of the target of the pull request
  std::string default_branch = {};  // full name; empty: unknown
  bool was_forced = false;          // the push says that it rewrote the branch
  CiTrust trust = CiTrust::nobody;

  // For the place where the change is reviewed; empty or 0 where that is unknown.
  std::string repository = {};
  std::uint64_t pull_request = 0;
  std::string pull_request_head = {};
  std::uint64_t run = 0;
  std::uint64_t attempt = 0;
};

// What the facts say: the first rule of the table that fits. Errors: HP8503 for an event of a known
// system that no rule is for, HP8502 where a fact that the rule needs is missing or not a commit.
// Without any known system the run compares HEAD with its upstream branch, and `system` is empty.
Result<CiRun> ci_run_of(const CiFacts& facts);

// The revisions that a person names instead; empty: as the run has it. They never make a run of a
// branch out of another one.
void name_revisions(CiRun& run, const std::string& base, const std::string& head);

// Whether the run may sign and apply: it looks at what `trusted` (a full name; empty: the default
// branch) holds. An error (HP8509) says why not.
Result<void> check_trusted(const CiRun& run, std::string_view trusted);

// "refs/heads/main" for "main"; full names stay, the empty name stays.
std::string full_branch(std::string_view branch);

// 40 or 64 zeros: what forges send where there is no commit.
bool is_zeros(std::string_view revision);

}  // namespace hookplan
