// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/paced_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace hookplan {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxTries = 5;

Error no_time(const HttpRequest& request, Moment opens, Moment now) {
  const std::string host = host_of(request.url);
  if (opens == LaneState::kAfterAnswer || opens <= now) {
    return fail(Code::rate_limited,
                "{} is still busy with earlier requests, so a request was not sent", host)
        .hint("run it again: it goes on where it stopped");
  }
  return fail(Code::rate_limited, "{} takes no such request before {}, so it was not sent", host,
              to_text(opens))
      .hint("run it again at {}: it goes on where it stopped", to_text(opens));
}

}  // namespace

PacedClient::PacedClient(HttpClient& inner, std::function<Moment()> now)
    : inner_(inner), now_(std::move(now)) {}

RequestId PacedClient::start(std::shared_ptr<const HttpRequest> request) {
  const RequestId id = next_id();
  const std::shared_ptr<const Lane>& lane = request->lane;
  if (lane == nullptr) {
    const RequestId inner_id = inner_.start(request);
    under_way_[inner_id] = {id, std::move(request)};
    return id;
  }
  auto& line = lines_.try_emplace(lane.get(), Line{lane, LaneState(*lane)}).first->second;
  const Moment deadline = now_() + request->patience;
  const bool goes_first = request->goes_first;
  line.waiting.insert(goes_first ? line.waiting.begin() : line.waiting.end(),
                      {id, std::move(request), deadline});
  send_what_may_go();
  return id;
}

void PacedClient::work(RequestId id, milliseconds max) {
  const Moment next = send_what_may_go();
  if (has_answer(id)) return;
  // Inside, everything that ended is ours: it is taken each time.
  inner_.work(RequestId::any,
              std::clamp(next - now_(), milliseconds{0}, std::max(max, milliseconds{0})));
  collect();
  send_what_may_go();
}

milliseconds PacedClient::time_to_turn(const Lane& lane, bool reads) {
  const auto line = lines_.find(&lane);
  if (line == lines_.end()) return {};
  constexpr milliseconds kUntilAnswer{100};  // nobody knows how long that takes
  const Moment now = now_();
  const Moment opens = line->second.state.opens(reads, now);
  return opens == LaneState::kAfterAnswer ? kUntilAnswer : std::max(opens - now, milliseconds{0});
}

// Sends what may go now, and answers what may not in its time. Returns when there is more to do.
Moment PacedClient::send_what_may_go() {
  const Moment now = now_();
  Moment next = Moment::max();
  for (auto& [ignored, line] : lines_) {
    std::deque<Call> still_waiting;
    for (Call& call : line.waiting) {
      const bool reads = is_read(*call.request);
      const Moment opens = line.state.opens(reads, now);
      const bool is_known = opens != LaneState::kAfterAnswer;
      if (now > call.deadline || (is_known && opens > call.deadline)) {
        answer(call.id, no_time(*call.request, opens, now));
      } else if (opens <= now) {
        line.state.sent(reads);
        ++call.tries;
        const RequestId inner_id = inner_.start(call.request);
        under_way_[inner_id] = std::move(call);
      } else {
        next = std::min({next, opens, call.deadline + milliseconds{1}});
        still_waiting.push_back(std::move(call));
      }
    }
    line.waiting = std::move(still_waiting);
  }
  return next;
}

// Takes what has ended; what a limit turned away goes back to the head of its line.
void PacedClient::collect() {
  for (auto place = under_way_.begin(); place != under_way_.end();) {
    std::optional<Result<HttpResponse>> result = inner_.take(place->first);
    if (!result) {
      ++place;
      continue;
    }
    Call call = std::move(place->second);
    place = under_way_.erase(place);
    if (const auto& lane = call.request->lane) {
      const bool reads = is_read(*call.request);
      const Moment now = now_();
      std::optional<RateLimit> limit;
      if (*result) limit = rate_limit_of(**result, lane->limit_signs, now);
      Line& line = lines_.at(lane.get());
      line.state.ended(reads, limit, now);
      if (limit && (limit->is_refusal || (limit->retry_after && reads)) && call.tries < kMaxTries) {
        line.waiting.push_front(std::move(call));
        continue;
      }
    }
    answer(call.id, std::move(*result));
  }
}

}  // namespace hookplan
