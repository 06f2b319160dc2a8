// SPDX-License-Identifier: Apache-2.0
#include "plugins/child_output.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "core/base/descriptor.h"

namespace hookplan {
namespace {

constexpr std::size_t kMaxChildOutput = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kChildPause{20};

// The arguments for exec, pointing into `words`.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Our variables, with those of the child instead of or beside them.
std::vector<std::string> variables_for(const Child& child) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    const bool is_replaced = std::ranges::any_of(
        child.environment, [&](const auto& other) { return other.first == name; });
    if (!is_replaced) all.emplace_back(text);
  }
  for (const auto& [name, value] : child.environment) {
    all.push_back(fmt::format("{}={}", name, value));
  }
  return all;
}

// A program on its way, and what it has written so far.
class RunningChild {
 public:
  explicit RunningChild(const Child& child) {
    std::array<int, 2> ends = {};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    reading_.emplace(ends[0]);
    const Descriptor writing(ends[1]);
    ::fcntl(reading_->number(), F_SETFL, O_NONBLOCK);
    spawn(child, writing.number());
  }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;
  // With all that it started: they are one process group.
  ~RunningChild() {
    if (!is_running_) return;
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  bool was_found() const { return is_running_; }
  bool has_too_much() const { return size_ > kMaxChildOutput; }

  // Whether it has ended and all was read; does what can be done at once.
  bool has_ended() {
    while (is_open_ && !has_too_much() && read_some()) {
    }
    if (is_open_ || has_too_much()) return false;
    if (::waitpid(process_, &status_, WNOHANG) != process_) return false;
    is_running_ = false;
    return true;
  }
  void wait_a_little() const {
    pollfd waiting = {is_open_ ? reading_->number() : -1, POLLIN, 0};
    ::poll(&waiting, 1, 5);
  }
  int status() const { return status_; }
  // REQUIRES: has_ended().
  Secret take() {
    room_.shrink(size_);
    return std::move(room_);
  }

 private:
  void spawn(const Child& child, int output) {
    std::vector<std::string> words = child.words;
    std::vector<std::string> variables = variables_for(child);
    posix_spawn_file_actions_t actions = {};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes = {};
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    is_running_ = ::posix_spawnp(&process_, words.front().c_str(), &actions, &attributes,
                                 pointers_to(words).data(), pointers_to(variables).data()) == 0;
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }

  // False if there is nothing to read now.
  bool read_some() {
    const ssize_t got =
        ::read(reading_->number(), room_.room().data() + size_, room_.size() - size_);
    if (got < 0) return errno == EINTR;
    if (got == 0) is_open_ = false;
    size_ += static_cast<std::size_t>(got);
    return got > 0;
  }

  std::optional<Descriptor> reading_;
  pid_t process_ = -1;
  bool is_running_ = false;
  bool is_open_ = true;  // it may write more
  int status_ = 0;
  Secret room_ = Secret(kMaxChildOutput + 1);
  std::size_t size_ = 0;
};

}  // namespace

ChildOutput output_of(const Child& child, std::chrono::milliseconds max, Clock& clock) {
  using End = ChildOutput::End;
  RunningChild running(child);
  if (!running.was_found()) return {End::not_found, 0, {}};
  const std::chrono::milliseconds start = clock.running();
  while (!running.has_ended()) {
    if (running.has_too_much()) return {End::too_much, 0, {}};
    if (clock.running() - start >= max) return {End::too_slow, 0, {}};
    running.wait_a_little();
    clock.sleep_for(kChildPause);
  }
  const int status = running.status();
  if (WIFSIGNALED(status)) return {End::killed, WTERMSIG(status), {}};
  return {End::exited, WEXITSTATUS(status), running.take()};
}

}  // namespace hookplan
