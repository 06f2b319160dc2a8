// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "core/apply/engine/agenda.h"

namespace hookplan {

// What forges are told and asked before anything is changed: where their hooks were seen last, and
// whether they would refuse. What they would
// refuse for good is closed, so that no token is minted for it, and says what is missing.
//
// Takes a part of the run's time at the most. What was not looked at by then is refused, if it is,
// when its turn comes.
class LookBefore {
 public:
  LookBefore(Agenda& agenda, const RunContext& context) : agenda_(agenda), context_(context) {}

  void all();

 private:
  static void recall(const Task& task);
  static void look(Task& task);
  static Hook hook_of(const Task& task);

  Agenda& agenda_;
  const RunContext& context_;
};

}  // namespace hookplan
