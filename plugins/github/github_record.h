// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/review_record.h"
#include "plugins/github/github_api.h"
#include "plugins/github/github_comments.h"

namespace hookplan {

// Merged pull requests of one repository on GitHub and their reviews. All pages are read: half a
// list might lack the review that took an approval back.
class GithubRecord final : public ReviewRecord {
 public:
  GithubRecord(GithubApi api, std::string repository);

  Result<std::vector<PullRequestRecord>> merged_with(const std::string& commit) override;
  Result<std::vector<ReviewRecordEntry>> reviews_of(std::uint64_t pull_request) override;
  Result<std::vector<std::string>> comments_of(std::uint64_t pull_request) override;

 private:
  // All items of a list.
  Result<std::vector<JsonValue>> list(const std::string& path) const;

  GithubApi api_;
  GithubComments comments_;
  std::string repository_;
  std::string base_;  // "/repos/OWNER/REPO"
};

}  // namespace hookplan
