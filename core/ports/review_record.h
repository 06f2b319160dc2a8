// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"

namespace hookplan {

// A pull request that was merged, as far as the place where it was reviewed can say it.
struct PullRequestRecord {
  std::uint64_t number = 0;
  std::int64_t author = 0;        // id of the account that opened it; 0: it is gone
  std::string branch = {};        // into which it was merged, without refs/heads/
  std::string head = {};          // its last commit
  std::string merge_commit = {};  // the commit of the branch by which it was merged
  Instant opened = {};
};

struct ReviewRecordEntry {
  enum class State { approved, changes_requested, dismissed };

  std::int64_t account = 0;  // 0: it is gone
  std::string login = {};
  State state = State::approved;
  std::string commit = {};  // the head that was looked at
};

// What happened to changes before they were merged: the port for whoever decides whether they were
// reviewed. Only reads. Error kinds: `denied` (HP7306: the credential may not read it),
// `unavailable`.
class ReviewRecord {
 public:
  virtual ~ReviewRecord() = default;

  // The merged pull requests that brought this commit of a branch; none: it was pushed.
  virtual Result<std::vector<PullRequestRecord>> merged_with(const std::string& commit) = 0;

  // Every approval, request for changes and dismissal, in the order in which they were given. Mere
  // comments are none.
  virtual Result<std::vector<ReviewRecordEntry>> reviews_of(std::uint64_t pull_request) = 0;

  // What people and programs wrote there. Nobody is trusted with any of it.
  virtual Result<std::vector<std::string>> comments_of(std::uint64_t pull_request) = 0;
};

}  // namespace hookplan
