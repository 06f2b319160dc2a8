// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "core/base/json.h"
#include "core/ports/outside.h"
#include "plugins/http/curl_client.h"
#include "plugins/http/paced_client.h"
#include "plugins/plugin.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {

class RealClock final : public Clock {
 public:
  Instant now() override {
    return {std::chrono::duration_cast<std::chrono::seconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count(),
            0};
  }
  std::chrono::milliseconds running() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch()) +
           skipped;
  }
  void sleep_for(std::chrono::milliseconds time) override {
    if (is_fast) {
      skipped += time;
    } else {
      std::this_thread::sleep_for(time);
    }
  }
  bool is_fast = false;  // time passes at once
  std::chrono::milliseconds skipped{0};
};

// tests/peers/github.py at a port of this machine, and a world for plugins that leads there.
class GithubPeer {
 public:
  GithubPeer();

  // POST /_control/WHAT with the JSON.
  void tell(const std::string& what, std::string_view json);
  JsonValue state();
  // How many requests there were of "GET /repos/o/r/hooks".
  int requests(const std::string& line);
  // The hooks of a repository or an organization, with their secrets.
  std::vector<JsonValue> hooks(const std::string& name);

  std::string api() const { return "http://127.0.0.1:" + server_.first_line(); }
  // The file with the token, for `token: file:...`.
  std::string file(const std::string& name, std::string_view content);
  Part part(const FieldMap& more = {{"pace", "0s"}});
  std::unique_ptr<Forge> forge();
  PluginWorld& world() { return world_; }
  RealClock clock = {};

 private:
  JsonValue call(const std::string& method, const std::string& what, std::string_view json);

  struct Folder {
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();
    std::string path = {};
  } folder_;
  ChildServer server_;
  CurlClient curl_;
  PacedClient paced_;
  PluginWorld world_;
};

// A hook of the entry on that URL, with the events.
Hook hook_for(const std::string& entry, const std::string& url = "https://prow.example.com/hook",
              std::vector<std::string> events = {"*"});
Token token_for(std::string_view value);

// What tests of the forge ask again and again.
namespace github_test {

constexpr const char* kOne = "1111111111111111111111111111111111111111";
constexpr const char* kTwo = "2222222222222222222222222222222222222222";

// The text of a member; empty if there is none.
std::string at(const JsonValue& value, const std::string& name);
std::string secret_of(const JsonValue& hook);
bool is_done(const Result<Progress>& result);
// The first diagnostic, of a call that must fail. No token is in it.
Diagnostic why(const Result<Progress>& result, ErrorKind kind);
Diagnostic why(const Result<void>& result, ErrorKind kind);

}  // namespace github_test

}  // namespace hookplan
