// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/apply/engine/receiver_gate.h"
#include "core/apply/engine/recorder.h"
#include "core/base/turn.h"
#include "core/ports/outside.h"

namespace hookplan {

// How many entries of a run go on side by side, and which of them wait for each other.
class Traffic {
 public:
  Traffic(Recorder& recorder, const RunOptions& options) : recorder_(recorder), options_(options) {}

  ReceiverGate& gate_of(Receiver& receiver);

  // Whoever has the turn may change hooks of this hook's lane. Null pointer: anybody may.
  Single* lane_of(const Forge& forge, const Hook& hook);

  // One entry's work, and whom it concerns.
  struct Job {
    const Systems& systems;
    Hook hook = {};  // whose lane counts
    bool asks_receiver = true;
    std::function<void()> work = {};
  };
  // Does all of it, at most `parallel` at once. No job is begun whose receiver is being asked by a
  // first one, and none of a crowd at one service keeps those of another from theirs.
  void run(std::vector<Job> jobs);

 private:
  struct Crowd;
  using Crowds = std::map<std::tuple<const Forge*, std::string, const Receiver*>, Crowd>;
  static Crowd* next_of(Crowds& crowds, std::size_t parallel);

  Recorder& recorder_;
  const RunOptions& options_;
  std::map<const Receiver*, ReceiverGate> gates_ = {};
  std::map<std::pair<const Forge*, std::string>, Single> lanes_ = {};
};

}  // namespace hookplan
