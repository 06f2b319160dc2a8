// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/apply/engine/recorder.h"
#include "core/base/turn.h"
#include "core/ports/receiver.h"

namespace hookplan {

// Where all entries of one receiver wait until it accepts their new tokens. The first one asks
// alone: a receiver that is down is asked by one entry, and the others hear of it.
//
// The tokens of a run are stored all at once, so a receiver has as much time for all of them as for
// one, counted from the first question.
class ReceiverGate {
 public:
  ReceiverGate(Receiver& receiver, Recorder& recorder, std::chrono::seconds patience)
      : receiver_(receiver), recorder_(recorder), patience_(patience) {}

  // Until a delivery of the hook that is signed with the token would be accepted. An error if that
  // is not so when the time is over. `delay` of the store decides what the error is: as long as the
  // token may still be on its way, nothing is wrong (HP8034); and so does `before`, a token that
  // was valid already (null pointer: there was none): where that is refused, too, it is not the
  // receiver that answers (HP8112).
  Result<void> await(const Hook& hook, const Token& token, const Token* before,
                     std::chrono::seconds delay);

  // Whether it accepts tokens, or is down: then asking costs nobody more than one question.
  bool is_known() const { return is_open_ || down_.has_value(); }

 private:
  Result<void> ask(const Hook& hook, const Token& token, const Token* before,
                   std::chrono::seconds delay);
  Error refused(const Hook& hook, const Token& token, const Token* before,
                std::chrono::seconds delay);
  bool is_late(bool is_silent) const;
  void tell_why(const Hook& hook, const Result<bool>& answer, std::chrono::seconds delay);

  Receiver& receiver_;
  Recorder& recorder_;
  std::chrono::seconds patience_;
  Single first_ = {};
  bool is_open_ = false;            // it has accepted a token
  std::optional<Error> down_ = {};  // it did not answer for so long that nobody asks it any more
  bool has_told_ = false;
  std::optional<std::chrono::milliseconds> since_ = {};         // of the first question
  std::optional<std::chrono::milliseconds> silent_since_ = {};  // no answer has come
};

}  // namespace hookplan
