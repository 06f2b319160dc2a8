// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hookplan {

// The run of a pipeline that wrote a comment. Later runs of one host have greater numbers. By hand:
// zeros, which come neither before nor after another run.
struct ReviewRun {
  std::uint64_t id = 0;
  std::uint32_t attempt = 0;

  bool is_known() const { return id != 0; }
  auto operator<=>(const ReviewRun&) const = default;
};

// What a comment says of itself in its first line, which readers do not see. Nothing is ever read
// back from the rest. Whoever may edit comments may write anything there: it decides which comment
// is ours to replace and what its history tells people, and never what may be applied.
struct ReviewMark {
  struct Earlier {
    std::string intent = {};
    std::string head = {};

    bool operator==(const Earlier&) const = default;
  };
  static constexpr std::size_t kMaxEarlier = 10;

  std::string config = {};  // tells the comments of one pull request apart: the path of the config
  std::string head = {};    // commit of the pull request that was looked at
  ReviewRun run = {};
  std::string intent = {};            // intent digest, "sha256:..."; empty: no plan could be made
  std::string first_head = {};        // since which commit the intent is the same
  std::vector<Earlier> earlier = {};  // other plans that the comment showed, newest first

  bool operator==(const ReviewMark&) const = default;
};

// `<!-- hookplan:v1 id=... head=... run=ID.ATTEMPT intent=... -->` and a line feed. Whatever the
// fields hold, it stays one HTML comment.
std::string to_text(const ReviewMark& mark);

// The mark in the first line of a comment, if it is one for this config. What somebody has damaged
// in it counts as not said.
std::optional<ReviewMark> mark_of(std::string_view comment, std::string_view config);

// `now` as it follows `before` in the same comment: with first_head and earlier plans.
ReviewMark following(const std::optional<ReviewMark>& before, ReviewMark now);

// Whether a newer run than mine has written it, so that mine must leave it alone.
bool is_older(const ReviewMark& mine, const ReviewMark& theirs);

// A comment to be there: one for each config of a pull request.
struct ReviewComment {
  // REQUIRES: config and head are not empty; first_head and earlier come from what is there.
  ReviewMark mark = {};
  // The Markdown below the mark, given the mark as it will be written: the history is in it. Called
  // whenever something else is found to be there.
  std::function<std::string(const ReviewMark& mark)> body = {};
  // Whether a pull request without a comment gets one. Nobody wants to read that nothing changes;
  // but where something was said, it has to be taken back.
  bool creates = true;
};

struct PostedComment {
  enum class Outcome {
    created,
    edited,
    unchanged,   // it says so already
    superseded,  // a newer run has written it, or the pull request has another head by now
    not_needed,  // there is none, and none was to be made
  };
  Outcome outcome = Outcome::unchanged;
  std::string url = {};  // for people; empty if there is no comment
};

std::string_view to_string(PostedComment::Outcome outcome);

// Where changes are reviewed: the pull requests of one repository on GitHub, the merge requests of
// one project on GitLab. Error kinds: `denied` (the credential may not do that; HP8521 if it may
// not comment, as on pull requests from forks: no failure of the plan), `unavailable` (it did not
// happen), `unknown` (it may have happened; doing it again is safe, but for add_comment()).
class ReviewHost {
 public:
  virtual ~ReviewHost() = default;

  // The pull request has this comment, once. What is there is edited in place if it is ours: by its
  // mark and by its author, who must be whoever the credential is. An older run never replaces what
  // a newer one wrote, and of several runs at once one comment stays: that of the newest.
  virtual Result<PostedComment> put_comment(std::uint64_t pull_request,
                                            const ReviewComment& comment) = 0;

  // Another comment, which notifies people as an edit does not: say, that a plan was not applied.
  // The same text twice is one comment if the first answer was lost. The URL, for people.
  virtual Result<std::string> add_comment(std::uint64_t pull_request, const std::string& body) = 0;
};

}  // namespace hookplan
