// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/github/github_api.h"

namespace hookplan {

// Who wrote a comment, or who a credential is.
struct GithubAuthor {
  std::string id = {};     // empty if only the login is known
  std::string login = {};  // of an App: "slug[bot]"
  bool is_bot = false;

  bool is(const GithubAuthor& other) const;
};

struct GithubComment {
  std::string id = {};
  GithubAuthor author = {};
  std::string body = {};
  std::string url = {};  // for people
};

// The comments of a repository's issues and pull requests, which share numbers and comments. Errors
// say what GitHub refused and why; a write that may have happened is of kind `unknown`.
class GithubComments {
 public:
  GithubComments(GithubApi api, std::string repository);

  // All of them, oldest first.
  Result<std::vector<GithubComment>> list(std::uint64_t number) const;
  Result<GithubComment> create(std::uint64_t number, std::string_view body) const;
  // Nothing if the comment is gone.
  Result<std::optional<GithubComment>> edit(const GithubComment& comment,
                                            std::string_view body) const;
  // One that is gone is done.
  Result<void> remove(const GithubComment& comment) const;

  // Who the credential is; nothing if GitHub does not tell. The token of an App's installation, and
  // GITHUB_TOKEN is one (github-actions[bot]), may not ask GET /user, but GraphQL for its viewer.
  Result<std::optional<GithubAuthor>> identity() const;

  // The head commit of a pull request; empty if the credential may not see it. Who may comment need
  // not be allowed to read pull requests.
  Result<std::string> head_of(std::uint64_t number) const;

 private:
  Result<HttpResponse> write(const std::string& method, const std::string& path,
                             std::string_view body) const;
  Result<std::optional<GithubAuthor>> viewer() const;

  GithubApi api_;
  std::string repository_;
  std::string base_;  // "/repos/OWNER/REPO"
};

}  // namespace hookplan
