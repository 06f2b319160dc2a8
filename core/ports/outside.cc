// SPDX-License-Identifier: Apache-2.0
#include "core/ports/outside.h"

#include <stdexcept>

namespace hookplan {

std::string_view to_string(Step step) {
  switch (step) {
    case Step::accept_invitation: return "accept_invitation";
    case Step::take_lease: return "take_lease";
    case Step::store_token: return "store_token";
    case Step::await_receiver: return "await_receiver";
    case Step::point_hook: return "point_hook";
    case Step::prove_delivery: return "prove_delivery";
    case Step::delete_hook: return "delete_hook";
    case Step::check_name: return "check_name";
    case Step::record: return "record";
    case Step::drop_tokens: return "drop_tokens";
  }
  throw std::logic_error("no such step");
}

std::string_view to_string(StepState state) {
  switch (state) {
    case StepState::started: return "started";
    case StepState::done: return "done";
    case StepState::waiting: return "waiting";
    case StepState::failed: return "failed";
  }
  throw std::logic_error("no such state");
}

}  // namespace hookplan
