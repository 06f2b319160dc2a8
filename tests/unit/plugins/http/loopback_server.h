// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "plugins/http/http_client.h"

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
  // `tls`: nothing for plain HTTP; or certificate, key, authority of clients, newest version.
  explicit LoopbackServer(const std::vector<std::string>& tls = {});

  // The port as text.
  const std::string& port() const { return server_.first_line(); }

 private:
  ChildServer server_;
};

// Certificates of a day in a folder of their own (certificates.sh), gone with this object.
class Certificates {
 public:
  Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string text(const std::string& name) const;

 private:
  std::string folder_;
};

// The bytes of a secret, for a test to look at.
std::string shown(const Secret& secret);

// A request with a time limit that tests can bear.
HttpRequest request_for(const std::string& url, const std::string& method = "GET",
                        std::string_view body = {});

}  // namespace hookplan
