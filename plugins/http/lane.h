// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/http/rate_limit.h"

namespace hookplan {

// No more than so many requests in any span of this length.
struct Budget {
  std::size_t requests = 0;
  std::chrono::milliseconds span = {};
};

// What one credential may do at one service. Requests that point to the same Lane share its limits,
// those of different ones never wait for each other; a lane outlives tokens that are renewed.
struct Lane {
  std::size_t max_at_once = 50;
  // Of what is not GET or HEAD; all of them hold. {{1, 1s}, {80, 1min}, {500, 1h}} is what GitHub
  // wants: one at a time, a second apart, and so on.
  std::vector<Budget> writes = {};
  // What the body of a 403 has in it if a limit is the reason and its headers do not say so.
  std::vector<std::string> limit_signs = {};
};

// When the next request of a lane may go, given what went and what was answered. Pure bookkeeping:
// it knows no clock.
class LaneState {
 public:
  // No request of the lane may go before the answer of one that is under way.
  static constexpr Moment kAfterAnswer = Moment::max();

  explicit LaneState(const Lane& lane) : lane_(lane) {}

  // When the next one may go: at once if that is not later than `now`.
  Moment opens(bool is_read, Moment now) const;
  void sent(bool is_read);
  // `limit`: nothing if the request got no answer.
  void ended(bool is_read, const std::optional<RateLimit>& limit, Moment now);

 private:
  const Lane& lane_;
  std::size_t under_way_ = 0;
  std::size_t writes_under_way_ = 0;
  std::deque<Moment> writes_ = {};  // when they ended: that is the latest they can have arrived
  Moment closed_until_ = {};
  std::optional<std::int64_t> remaining_ = {};
  Moment reset_ = {};
  std::chrono::milliseconds next_pause_ = {};  // where a refusal does not say how long
};

}  // namespace hookplan
