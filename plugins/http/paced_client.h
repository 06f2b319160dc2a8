// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "plugins/http/lane.h"

namespace hookplan {

// Sends requests no faster than their lanes allow, and what a limit turned away again at the time
// that its answer names, a few times. 503 with Retry-After is such an answer for GET and HEAD only:
// nobody promises that nothing happened. Requests without a lane go straight through.
//
// A request whose time would come later than its patience allows, by what is known, is not sent:
// kind `unavailable` (HP8110), and the message says when its turn would be. How long it stands in
// line does not count as its timeout.
class PacedClient final : public HttpClient {
 public:
  // REQUIRES: nobody else uses `inner`, which outlives this. `now`: the time of day.
  PacedClient(HttpClient& inner, std::function<Moment()> now);

  RequestId start(std::shared_ptr<const HttpRequest> request) override;
  void work(RequestId id, std::chrono::milliseconds max) override;
  std::chrono::milliseconds time_to_turn(const Lane& lane, bool reads) override;

 private:
  struct Call {
    RequestId id = RequestId::any;
    std::shared_ptr<const HttpRequest> request = nullptr;
    Moment deadline = {};  // for its exchange to begin
    int tries = 0;
  };
  struct Line {
    std::shared_ptr<const Lane> lane;  // so that its address stays its own
    LaneState state;
    std::deque<Call> waiting = {};
  };

  void collect();
  Moment send_what_may_go();

  HttpClient& inner_;
  std::function<Moment()> now_;
  std::map<const Lane*, Line> lines_ = {};
  std::map<RequestId, Call> under_way_ = {};  // by the id that `inner_` gave
};

}  // namespace hookplan
