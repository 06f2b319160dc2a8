// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "core/apply/apply.h"
#include "core/base/result.h"
#include "core/ports/outside.h"

namespace hookplan {

// Does things outside so that the journal knows of each before it happens, and again after a pause
// where a service did not answer.
class Recorder {
 public:
  Recorder(const Outside& outside, const RunOptions& options)
      : outside_(outside), options_(options), start_(outside.clock.running()) {}

  // An error if the journal cannot be written: then nothing may be done.
  Result<void> note(const std::string& entry, Step step, StepState state,
                    const Error* error = nullptr);

  // Asks for a state until it is reached, a person must act, the service refuses for good, or it
  // was asked often enough. Every state may be asked for again, so a lost answer is no reason to
  // stop.
  Result<Progress> attempt(const std::string& entry, Step step,
                           const std::function<Result<Progress>()>& ask);

  // False if the run is asked to stop meanwhile.
  bool pause(std::size_t attempt) const;
  // The deadline comes so much later: nothing was done in that time but to wait for another run.
  void put_off(std::chrono::milliseconds time) { start_ += time; }

  // Nothing new is to be begun: somebody asked for that, or the deadline has passed.
  bool is_stopped() const { return outside_.asked_to_stop() || is_past_deadline(); }
  // Of an entry that is not gone on with for that. REQUIRES: is_stopped().
  Error why_stopped() const;
  bool is_past_deadline() const { return running() - start_ >= options_.deadline; }
  Instant now() const { return outside_.clock.now(); }
  std::chrono::milliseconds running() const { return outside_.clock.running(); }
  bool removes_doubles() const { return options_.removes_doubles; }
  std::chrono::seconds lease_patience() const { return options_.lease_patience; }
  const Outside& outside() const { return outside_; }

 private:
  const Outside& outside_;
  const RunOptions& options_;
  std::chrono::milliseconds start_;
};

inline constexpr std::size_t kMaxAttempts = 3;

// Asking again may help.
inline bool may_change(ErrorKind kind) {
  return kind == ErrorKind::unavailable || kind == ErrorKind::unknown;
}

}  // namespace hookplan
