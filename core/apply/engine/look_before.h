// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/apply/engine/agenda.h"

namespace hookplan {

// What forges are told and asked before anything is changed: where their hooks were seen last, and
// what they would refuse for good. The observer hears of every refusal at once, before the first
// write.
//
// A refused entry gets no token, and nothing is written for it, but where others depend on it: then
// it is written down like all others, and ends when its hook would be changed. See is_alone().
//
// Takes a part of the run's time at the most. What was not looked at by then is refused, if it is,
// when its turn comes.
class LookBefore {
 public:
  LookBefore(Agenda& agenda, const RunContext& context) : agenda_(agenda), context_(context) {}

  void all();

 private:
  static void announce(const std::vector<Task*>& tasks);
  static void recall(const Task& task);
  void look(Task& task) const;
  void tell_refusals();
  bool is_alone(const Task& task) const;
  static bool may_make_way(const Task& removal, const Task& task);
  static Hook hook_of(const Task& task);

  Agenda& agenda_;
  const RunContext& context_;
};

}  // namespace hookplan
