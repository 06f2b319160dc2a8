// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/traffic.h"

#include <algorithm>
#include <chrono>
#include <deque>

namespace hookplan {

// Jobs that wait for the same services.
struct Traffic::Crowd {
  const ReceiverGate* gate = nullptr;  // nothing: nobody of them asks the receiver
  std::deque<Job*> waiting = {};
  std::size_t at_work = 0;

  bool is_empty() const { return waiting.empty() && at_work == 0; }
  bool may_begin(std::size_t most) const {
    if (waiting.empty()) return false;
    return at_work == 0 || (at_work < most && (gate == nullptr || gate->is_known()));
  }
};

// The one with the fewest at work, for each of the others has to have a place as well. Null
// pointer: none can begin now.
Traffic::Crowd* Traffic::next_of(Crowds& crowds, std::size_t parallel) {
  const auto busy = static_cast<std::size_t>(
      std::ranges::count_if(crowds, [](const auto& one) { return !one.second.is_empty(); }));
  const std::size_t others = busy == 0 ? 0 : busy - 1;
  const std::size_t most = std::max(parallel, others + 1) - others;
  Crowd* best = nullptr;
  for (auto& [services, crowd] : crowds) {
    if (crowd.may_begin(most) && (best == nullptr || crowd.at_work < best->at_work)) best = &crowd;
  }
  return best;
}

ReceiverGate& Traffic::gate_of(Receiver& receiver) {
  return gates_.try_emplace(&receiver, receiver, recorder_, options_.patience).first->second;
}

Single* Traffic::lane_of(const Forge& forge, const Hook& hook) {
  std::string lane = forge.lane_of(hook);
  return lane.empty() ? nullptr : &lanes_[{&forge, std::move(lane)}];
}

void Traffic::run(std::vector<Job> jobs) {
  Crowds crowds;
  for (Job& job : jobs) {
    Receiver* const receiver = job.asks_receiver ? &job.systems.receiver : nullptr;
    Crowd& crowd = crowds[{&job.systems.forge, job.systems.forge.lane_of(job.hook), receiver}];
    if (receiver != nullptr) crowd.gate = &gate_of(*receiver);
    crowd.waiting.push_back(&job);
  }
  const auto next = [&] { return next_of(crowds, options_.parallel); };
  std::size_t left = jobs.size();
  const auto work = [&] {
    while (left > 0) {
      Crowd* const crowd = next();
      if (crowd == nullptr) {
        Fibers::current()->wait([&] { return left == 0 || next() != nullptr; },
                                std::chrono::hours{1});
        continue;
      }
      Job* const job = crowd->waiting.front();
      crowd->waiting.pop_front();
      --left;
      ++crowd->at_work;
      job->work();
      --crowd->at_work;
    }
  };
  const std::size_t width =
      std::min<std::size_t>(std::max<std::size_t>(options_.parallel, 1), jobs.size());
  recorder_.outside().fibers.run(std::vector<std::function<void()>>(width, work));
}

}  // namespace hookplan
