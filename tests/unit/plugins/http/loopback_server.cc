// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/plugins/http/loopback_server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "core/base/descriptor.h"

namespace hookplan {
namespace {

// More than any test takes, less than anybody waits.
constexpr const char* kSeconds = "120";

std::string script() { return HOOKPLAN_SOURCE "/tests/unit/plugins/http/loopback_server.py"; }

}  // namespace

ChildServer::ChildServer(const std::vector<std::string>& words) {
  std::array<int, 2> ends = {};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& copy : copies) arguments.push_back(copy.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions = {};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writing.number(), STDOUT_FILENO);
  const int failure =
      ::posix_spawnp(&child_, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error("cannot start " + words.front());
  writing.close();
  for (char c = 0; ::read(reading.number(), &c, 1) == 1 && c != '\n';) first_line_ += c;
}

ChildServer::~ChildServer() {
  ::kill(child_, SIGTERM);
  ::waitpid(child_, nullptr, 0);
}

LoopbackServer::LoopbackServer() : server_({"python3", script(), kSeconds}) {}

LoopbackServer::LoopbackServer(const std::string& certificate, const std::string& key)
    : server_({"python3", script(), kSeconds, certificate, key}) {}

}  // namespace hookplan
