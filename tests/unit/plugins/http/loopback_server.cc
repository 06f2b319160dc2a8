// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/plugins/http/loopback_server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/base/descriptor.h"

namespace hookplan {
namespace {

// More than any test takes, less than anybody waits.
constexpr const char* kSeconds = "120";

const std::string kFolder = HOOKPLAN_SOURCE "/tests/unit/plugins/http/";

std::vector<std::string> with(const std::vector<std::string>& more,
                              std::vector<std::string> words) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

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

LoopbackServer::LoopbackServer(const std::vector<std::string>& tls)
    : server_(with(tls, {"python3", kFolder + "loopback_server.py", kSeconds})) {}

Certificates::Certificates()
    : folder_(std::filesystem::temp_directory_path() / "hookplan-tls-XXXXXX") {
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no folder");
  const std::string command = "sh " + kFolder + "certificates.sh " + folder_;
  if (std::system(command.c_str()) != 0) throw std::runtime_error("no certificates");
}

Certificates::~Certificates() { std::filesystem::remove_all(folder_); }

std::string Certificates::text(const std::string& name) const {
  std::ifstream in(path(name));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string shown(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

HttpRequest request_for(const std::string& url, const std::string& method, std::string_view body) {
  HttpRequest request;
  request.method = method;
  request.url = Secret::copy_of(url);
  request.body = Secret::copy_of(body);
  request.timeout = std::chrono::seconds{5};
  return request;
}

}  // namespace hookplan
