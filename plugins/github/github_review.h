// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/review_host.h"
#include "plugins/github/github_comments.h"

namespace hookplan {

// Pull requests of one repository on GitHub. GitHub writes comments without looking at what was
// there, so everything here looks, writes, and looks again until what is there is as it should be.
class GithubReview final : public ReviewHost {
 public:
  explicit GithubReview(GithubComments comments) : comments_(std::move(comments)) {}

  Result<PostedComment> put_comment(std::uint64_t pull_request,
                                    const ReviewComment& comment) override;
  Result<std::string> add_comment(std::uint64_t pull_request, const std::string& body) override;

 private:
  Result<void> learn_identity();
  Result<std::vector<GithubComment>> ours(std::uint64_t pull_request,
                                          const std::string& config) const;
  Result<void> keep_newest(const std::vector<GithubComment>& several,
                           const std::string& config) const;
  Result<void> write(std::uint64_t pull_request, const GithubComment* there,
                     const std::string& text);

  GithubComments comments_;
  bool has_asked_ = false;
  std::optional<GithubAuthor> self_ = {};  // nothing as long as it is not known who that is
  bool has_probed_ = false;
  GithubComment probe_ = {};  // what told who that is
};

}  // namespace hookplan
