// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/receiver_gate.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {

Result<void> ReceiverGate::await(const Hook& hook, const Token& token, const Token* before,
                                 std::chrono::seconds delay) {
  std::optional<Turn> turn;
  if (!is_open_) turn.emplace(first_);
  if (is_open_) turn.reset();
  TRY_VOID(recorder_.note(hook.entry, Step::await_receiver, StepState::started));
  Result<void> accepted = down_ ? Result<void>(*down_) : ask(hook, token, before, delay);
  if (!accepted) {
    TRY_VOID(
        recorder_.note(hook.entry, Step::await_receiver, StepState::failed, &accepted.error()));
    return accepted;
  }
  is_open_ = true;
  return recorder_.note(hook.entry, Step::await_receiver, StepState::done);
}

// When the token was made is known well enough to tell people when to come again.
Error ReceiverGate::refused(const Hook& hook, const Token& token, const Token* before,
                            std::chrono::seconds delay) {
  const Instant there = later(token.created, delay);
  if (recorder_.outside().clock.now() < there) {
    return fail(Code::receiver_behind,
                "{} does not have the new token of {} yet; what copies it from the store brings it "
                "by {}",
                hook.route.receiver.name, printable(hook.entry), to_rfc3339(there));
  }
  // Only now, for it is one more question, and the answer helps nobody but people.
  const Result<bool> still = before == nullptr ? true : receiver_.accepts(hook, *before);
  if (still && !*still) {
    return fail(Code::receiver_out_of_reach,
                "{} refuses the token that {} had before as well as the new one",
                hook.route.receiver.name, printable(hook.entry));
  }
  return fail(Code::receiver_refuses, "{} does not accept the new token of {} after {} s",
              hook.route.receiver.name, printable(hook.entry),
              (recorder_.running() - *since_).count() / 1000);
}

Result<void> ReceiverGate::ask(const Hook& hook, const Token& token, const Token* before,
                               std::chrono::seconds delay) {
  constexpr std::chrono::milliseconds kPause{1000};
  if (!since_) since_ = recorder_.running();
  while (true) {
    const Result<bool> accepted = receiver_.accepts(hook, token);
    if (accepted && *accepted) {
      silent_since_.reset();
      return {};
    }
    if (!accepted && !may_change(accepted.error().kind)) return accepted.error();
    const bool is_silent = !accepted && accepted.error().first().code != Code::receiver_odd_answer;
    if (!is_silent) silent_since_.reset();
    if (is_silent && !silent_since_) silent_since_ = recorder_.running();
    if (is_silent && down_) return accepted.error();  // another entry has waited long enough
    if (is_late(is_silent) || recorder_.is_stopped()) {
      if (is_silent && !recorder_.is_stopped()) down_ = accepted.error();
      if (!accepted) return accepted.error();
      return refused(hook, token, before, delay);
    }
    tell_why(hook, accepted, delay);
    recorder_.outside().clock.sleep_for(kPause);
  }
}

// A receiver that has answered before may be away for a moment even when its time is over.
bool ReceiverGate::is_late(bool is_silent) const {
  constexpr std::chrono::seconds kRestart{30};
  const std::chrono::milliseconds now = recorder_.running();
  const bool is_over = now - *since_ >= patience_;
  return is_over && (!is_silent || now - *silent_since_ >= std::min(kRestart, patience_));
}

void ReceiverGate::tell_why(const Hook& hook, const Result<bool>& answer,
                            std::chrono::seconds delay) {
  if (std::exchange(has_told_, true)) return;
  const std::string copied =
      delay.count() == 0
          ? std::string()
          : fmt::format(" (what copies it from the store may take {} s)", delay.count());
  const std::string why = answer ? fmt::format("it does not accept the new token of {} yet{}",
                                               printable(hook.entry), copied)
                                 : printable(answer.error().first().message);
  const auto left = std::chrono::ceil<std::chrono::seconds>(
      std::max<std::chrono::milliseconds>(patience_ - (recorder_.running() - *since_), {}));
  recorder_.outside().observer.held_up(fmt::format(
      "{}: {}; asking again for {} s", printable(hook.route.receiver.name), why, left.count()));
}

}  // namespace hookplan
