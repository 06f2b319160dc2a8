// SPDX-License-Identifier: Apache-2.0
#include "cmd/interruption.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <string_view>
#include <thread>
#include <utility>

#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/exit_code.h"
#include "core/base/fibers.h"

namespace hookplan {
namespace {

std::atomic<int> requests = 0;
static_assert(std::atomic<int>::is_always_lock_free);

// Two places, of which the signal handler reads the one that is not being written.
constexpr std::size_t kMaxWork = 200;
std::array<std::array<char, kMaxWork + 1>, 2> work = {};
std::atomic<std::size_t> current_work = 0;

// Set before the signal can come, and never again.
std::string& last_words() {
  static std::string words;
  return words;
}

void say(std::string_view text) {
  const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

// Runs in a signal handler: only system calls and lock-free atomics are safe there.
void stop(int) {
  if (requests.fetch_add(1) == 0) {
    say("\nstopping when this step is done; once more stops at once\n");
    return;
  }
  const char* const at_work = work[current_work.load()].data();
  say("\n");
  if (*at_work != '\0') {
    say(at_work);
    say(" may or may not have happened, which is safe\n");
  }
  say(last_words());
  ::syscall(SYS_exit_group, kInterrupted);
}

}  // namespace

void stop_gently(std::string words) {
  last_words() = std::move(words);
  struct sigaction action = {};
  action.sa_handler = stop;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void set_work(std::string_view what) {
  const std::size_t next = 1 - current_work.load();
  what = what.substr(0, kMaxWork);
  *std::ranges::copy(what, work[next].begin()).out = '\0';
  current_work.store(next);
}

bool is_asked_to_stop() { return requests.load() > 0; }

Instant SystemClock::now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(now - seconds);
  return {seconds.count(), static_cast<std::int32_t>(rest.count())};
}

std::chrono::milliseconds SystemClock::running() {
  // Not std::chrono::steady_clock: that stands still while the machine sleeps.
  timespec time = {};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 std::chrono::nanoseconds(time.tv_nsec));
}

void SystemClock::sleep_for(std::chrono::milliseconds time) {
  // What goes on although the run is to stop, because it has begun, must not do so without a pause.
  constexpr std::chrono::milliseconds kLastPause{500};
  const bool is_stopping = is_asked_to_stop();
  if (is_stopping) time = std::min(time, kLastPause);
  const auto is_over = [&] { return !is_stopping && is_asked_to_stop(); };
  if (Fibers* const fibers = Fibers::current()) {
    fibers->wait(is_over, time);
    return;
  }
  const auto end = std::chrono::steady_clock::now() + time;
  while (!is_over() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min(kStopSlice, time));
}

}  // namespace hookplan
