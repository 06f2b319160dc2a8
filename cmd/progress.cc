// SPDX-License-Identifier: Apache-2.0
#include "cmd/progress.h"

#include <algorithm>

#include <unistd.h>

#include <fmt/format.h>

#include "cmd/interruption.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

std::string in_short(double seconds) {
  constexpr double kMinute = 60;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  return fmt::format("{:.0f} min", seconds / kMinute);
}

}  // namespace

ProgressView::ProgressView(const Console& console, bool quiet)
    : console_(console),
      quiet_(quiet || console.quiet),
      on_terminal_(::isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()),
      shown_(start_) {}

ProgressView::~ProgressView() {
  if (has_line_ && on_terminal_) console_.complain("\r\033[K");
}

void ProgressView::run_started(std::size_t entries) {
  entries_ = entries;
  ended_ = 0;
}

void ProgressView::step(const StepEvent& event) {
  if (event.state != StepState::started) return;
  now_ = fmt::format("{} {}", to_string(event.step), printable(event.entry));
  set_work(now_);
  show(false);
}

void ProgressView::entry_ended(std::string_view /*entry*/) {
  ++ended_;
  show(ended_ == entries_);
}

void ProgressView::held_up(std::string_view why) {
  if (quiet_) return;
  console_.complain(fmt::format("{}{}\n", has_line_ && on_terminal_ ? "\r\033[K" : "", why));
}

void ProgressView::show(bool is_last) {
  const auto now = std::chrono::steady_clock::now();
  const auto pause = on_terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
  const bool is_long = now - start_ > std::chrono::seconds(1);
  if (quiet_ || !is_long || (now - shown_ < pause && !(is_last && on_terminal_))) return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string text = fmt::format("{} of {} entries", ended_, entries_);
  if (ended_ > 0) {
    const double rate = static_cast<double>(ended_) / seconds;
    text +=
        fmt::format(", {:.1f} a second, {} left", rate,
                    in_short(static_cast<double>(entries_ - std::min(ended_, entries_)) / rate));
  }
  if (on_terminal_) {
    has_line_ = true;
    console_.complain(fmt::format("\r\033[K{}: {}", text, now_).substr(0, 200));
  } else {
    console_.complain(text + "\n");
  }
}

}  // namespace hookplan
