// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/lane.h"

#include <algorithm>

namespace hookplan {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// What GitHub asks for after a refusal that names no time; twice as long after each that follows.
constexpr milliseconds kFirstPause = minutes{1};
constexpr milliseconds kMaxPause = minutes{16};
// A refusal that names the past must not be answered by asking as fast as we can.
constexpr milliseconds kMinPause = seconds{1};

}  // namespace

Moment LaneState::opens(bool is_read, Moment now) const {
  if (under_way_ >= lane_.max_at_once) return kAfterAnswer;
  Moment opens = std::max(now, closed_until_);
  if (remaining_ && *remaining_ <= static_cast<std::int64_t>(under_way_)) {
    // Those under way may be counted already or not: their answers tell. So does that of the one
    // that goes first once the window is full again.
    if (under_way_ > 0) return kAfterAnswer;
    opens = std::max(opens, reset_);
  }
  if (is_read) return opens;
  for (const auto& [requests, span] : lane_.writes) {
    if (writes_under_way_ >= requests) return kAfterAnswer;
    const std::size_t free = requests - writes_under_way_;
    if (writes_.size() >= free) opens = std::max(opens, writes_[writes_.size() - free] + span);
  }
  return opens;
}

void LaneState::sent(bool is_read) {
  ++under_way_;
  if (!is_read) ++writes_under_way_;
}

void LaneState::ended(bool is_read, const std::optional<RateLimit>& limit, Moment now) {
  --under_way_;
  if (!is_read) {
    --writes_under_way_;
    writes_.push_back(now);
    std::size_t kept = 0;
    for (const Budget& budget : lane_.writes) kept = std::max(kept, budget.requests);
    while (writes_.size() > kept) writes_.pop_front();
  }
  if (!limit) return;
  if (limit->remaining && limit->reset) {
    remaining_ = *limit->remaining;
    reset_ = *limit->reset;
  }
  if (!limit->is_refusal) {
    if (limit->retry_after) closed_until_ = std::max(closed_until_, *limit->retry_after);
    next_pause_ = kFirstPause;
    return;
  }
  Moment until = now + kMinPause;
  if (limit->retry_after) {
    until = std::max(until, *limit->retry_after);
  } else if (limit->remaining == 0 && limit->reset) {
    until = std::max(until, *limit->reset);
  } else {
    next_pause_ = std::clamp(next_pause_, kFirstPause, kMaxPause);
    until = now + next_pause_;
    next_pause_ *= 2;
  }
  closed_until_ = std::max(closed_until_, until);
}

}  // namespace hookplan
