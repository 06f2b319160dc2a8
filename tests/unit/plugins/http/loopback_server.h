// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace hookplan {

// A program that writes a line once it is ready, ended with this object. REQUIRES: it ends by
// itself after a while, for the case that we do not.
class ChildServer {
 public:
  // `words`: the program, found on the PATH, and its arguments.
  explicit ChildServer(const std::vector<std::string>& words);
  ChildServer(const ChildServer&) = delete;
  ChildServer& operator=(const ChildServer&) = delete;
  ~ChildServer();

  // The line without its end; empty if it ended before.
  const std::string& first_line() const { return first_line_; }

 private:
  pid_t child_ = -1;
  std::string first_line_ = {};
};

// loopback_server.py at a port of this machine.
class LoopbackServer {
 public:
  LoopbackServer();
  LoopbackServer(const std::string& certificate, const std::string& key);  // with TLS

  // The port as text.
  const std::string& port() const { return server_.first_line(); }

 private:
  ChildServer server_;
};

}  // namespace hookplan
