// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/github_review.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookplan {
namespace {

using Outcome = PostedComment::Outcome;

// As GitHub stores it: a browser writes other line breaks, and what is at the end does not count.
std::string as_stored(std::string_view body) {
  std::string text(body);
  std::erase(text, '\r');
  text.resize(text.find_last_not_of(" \n\t") + 1);
  return text;
}

// With the mark of the newest run; of those that are equal, the oldest comment.
const GithubComment& newest(const std::vector<GithubComment>& several, const std::string& config) {
  const GithubComment* best = &several.front();
  for (const GithubComment& each : several) {
    if (is_older(*mark_of(best->body, config), *mark_of(each.body, config))) best = &each;
  }
  return *best;
}

}  // namespace

Result<PostedComment> GithubReview::put_comment(std::uint64_t pull_request,
                                                const ReviewComment& comment) {
  constexpr int kMaxLooks = 8;
  TRY(const std::string head, comments_.head_of(pull_request));
  if (!head.empty() && head != comment.mark.head) return PostedComment{Outcome::superseded, {}};
  TRY_VOID(learn_identity());
  Outcome outcome = Outcome::unchanged;
  std::optional<Error> doubt;  // what was asked for last and may or may not have happened
  for (int look = 0; look < kMaxLooks; ++look) {
    TRY(const std::vector<GithubComment> found, ours(pull_request, comment.mark.config));
    if (found.size() > 1) {
      TRY_VOID(has_probed_ && found.back().id == probe_.id
                   ? comments_.remove(probe_)
                   : keep_newest(found, comment.mark.config));
      has_probed_ = false;
      continue;
    }
    const GithubComment* const there = found.empty() ? nullptr : &found.front();
    const auto before = there ? mark_of(there->body, comment.mark.config) : std::nullopt;
    if (before && is_older(comment.mark, *before))
      return PostedComment{Outcome::superseded, there->url};
    if (!there && !comment.creates) return PostedComment{Outcome::not_needed, {}};
    const ReviewMark mark = following(before, comment.mark);
    const std::string text = as_stored(to_text(mark) + comment.body(mark));
    if (there && as_stored(there->body) == text) return PostedComment{outcome, there->url};
    if (outcome != Outcome::created) outcome = there ? Outcome::edited : Outcome::created;
    const Result<void> written = write(pull_request, there, text);
    if (!written && written.error().kind != ErrorKind::unknown) return written.error();
    doubt.reset();
    if (!written) doubt = written.error();
  }
  if (doubt) return *std::move(doubt);
  return fail(Code::comment_unsettled, "other runs keep changing the comment");
}

Result<void> GithubReview::learn_identity() {
  if (has_asked_) return {};
  TRY(self_, comments_.identity());
  has_asked_ = true;
  return {};
}

// Whoever copies our mark into a comment of theirs does not make it ours.
Result<std::vector<GithubComment>> GithubReview::ours(std::uint64_t pull_request,
                                                      const std::string& config) const {
  TRY(std::vector<GithubComment> all, comments_.list(pull_request));
  std::erase_if(all, [&](const GithubComment& each) {
    return !self_ || !self_->is(each.author) || !mark_of(each.body, config);
  });
  return all;
}

// Runs at once have each written one. That of the newest run stays as it is, and nothing is
// written: a text that was read a moment ago could replace a newer one. Who deletes has seen a
// newer comment, so the newest is never deleted.
Result<void> GithubReview::keep_newest(const std::vector<GithubComment>& several,
                                       const std::string& config) const {
  const GithubComment& kept = newest(several, config);
  for (const GithubComment& each : several) {
    if (each.id != kept.id) TRY_VOID(comments_.remove(each));
  }
  return {};
}

Result<void> GithubReview::write(std::uint64_t pull_request, const GithubComment* there,
                                 const std::string& text) {
  if (there != nullptr) {
    TRY(const auto edited, comments_.edit(*there, text));
    return {};  // one that is gone is made by the next look
  }
  TRY(GithubComment created, comments_.create(pull_request, text));
  if (self_) return {};
  // Where GitHub does not tell who asks, it tells who has written. If there is an older comment of
  // ours, which nobody could know, that one is edited and this one goes again.
  self_ = created.author;
  probe_ = std::move(created);
  has_probed_ = true;
  return {};
}

Result<std::string> GithubReview::add_comment(std::uint64_t pull_request, const std::string& body) {
  TRY_VOID(learn_identity());
  const std::string text = as_stored(body);
  Result<GithubComment> made = comments_.create(pull_request, text);
  if (made) return made->url;
  if (made.error().kind != ErrorKind::unknown || !self_) return std::move(made).error();
  TRY(const std::vector<GithubComment> all, comments_.list(pull_request));
  const auto is_it = [&](const GithubComment& each) {
    return self_->is(each.author) && as_stored(each.body) == text;
  };
  const auto found = std::ranges::find_if(all.rbegin(), all.rend(), is_it);
  if (found != all.rend()) return found->url;
  return std::move(made).error();
}

}  // namespace hookplan
