// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/recorder.h"

#include <algorithm>
#include <chrono>

namespace hookplan {

Result<void> Recorder::note(const std::string& entry, Step step, StepState state,
                            const Error* error) {
  const StepEvent event{entry, step, state, error};
  TRY_VOID(outside_.journal.write(event, now()));
  outside_.observer.step(event);
  return {};
}

Result<Progress> Recorder::attempt(const std::string& entry, Step step,
                                   const std::function<Result<Progress>()>& ask) {
  for (std::size_t number = 1;; ++number) {
    TRY_VOID(note(entry, step, StepState::started));
    Result<Progress> answer = ask();
    if (answer) {
      TRY_VOID(note(entry, step, *answer == Progress::done ? StepState::done : StepState::waiting));
      return answer;
    }
    TRY_VOID(note(entry, step, StepState::failed, &answer.error()));
    if (!may_change(answer.error().kind) || number >= kMaxAttempts || !pause(number)) return answer;
  }
}

Error Recorder::why_stopped() const {
  if (!is_past_deadline()) return fail(Code::interrupted, "stopped on request");
  return fail(Code::not_started, "the run had reached its deadline").hint("run it again to go on");
}

bool Recorder::pause(std::size_t attempt) const {
  constexpr std::chrono::milliseconds kFirst{500};
  if (is_stopped()) return false;
  outside_.clock.sleep_for(kFirst * (1U << std::min<std::size_t>(attempt - 1, 4)));
  return !is_stopped();
}

}  // namespace hookplan
