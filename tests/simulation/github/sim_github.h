// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "plugins/http/http_client.h"
#include "tests/simulation/world.h"

namespace hookplan::simulation {

// A line of a hook's delivery log.
struct SimPing {
  std::uint64_t id = 0;
  int status = 0;
  std::string signature = {};
  std::int64_t shown_from = 0;
};

struct SimGithubHook {
  std::uint64_t id = 0;
  SimHook hook = {};
  std::vector<SimPing> log = {};  // newest first
};

// What GitHub holds, whichever run asks. The world sees its hooks; ids, logs and lists are here.
class GithubHost {
 public:
  explicit GithubHost(World& world);

  std::vector<SimGithubHook> hooks = {};
  std::int64_t list_lag = 0;  // seconds until lists show what was changed
  std::int64_t log_lag = 0;   // until a log shows a ping

  // As lists show it: what there was so long ago.
  std::vector<SimGithubHook> shown(const std::string& entry) const;
  SimGithubHook* find(const std::string& entry, std::uint64_t id);
  std::uint64_t add(const SimHook& hook);
  void remove(std::uint64_t id);
  void ping(SimGithubHook& hook);
  // After every change.
  void changed();
  // The world sees them.
  void publish();

  World& world;

 private:
  std::uint64_t last_id_ = 100;
  std::deque<std::pair<std::int64_t, std::vector<SimGithubHook>>> history_ = {};
};

// How a request goes wrong.
enum class HttpFault {
  refused,      // it did not arrive, and we know
  lost,         // it did, and its answer does not
  late,         // it arrives when its caller has given up
  server,       // 502, and it happened
  unavailable,  // 503, and it did not
  dead_before,  // the run is killed before it: nothing of it is heard any more
  dead_after,
  slow,  // the answer takes long
};

// What credentials have asked for, by what they send as Authorization.
struct Asked {
  std::deque<std::int64_t> writes = {};  // of the last hour
  std::deque<std::int64_t> requests = {};
  std::deque<std::pair<std::int64_t, int>> points = {};  // of the last minute
  std::size_t max_writes_a_minute = 0, max_writes_an_hour = 0, max_requests_an_hour = 0;
  std::int64_t least_gap = 1'000'000;
  int max_points = 0;
};

// GitHub's API for one run: as much of it as GithubForge speaks, two hooks a page. Every exchange
// takes a second, and time passes only while everybody waits for answers.
class SimGithub final : public HttpClient {
 public:
  explicit SimGithub(GithubHost& host) : host_(host) {}

  std::map<std::size_t, HttpFault> plan = {};  // by number of the request
  // Until when the run may be at work, by the ledger: no write may still be under way then.
  std::function<std::int64_t()> lease_end = {};
  std::map<std::string, Asked>* asked = nullptr;
  std::int64_t read_seconds = 1;
  std::size_t count() const { return count_; }
  bool is_dead() const { return is_dead_; }

  RequestId start(std::shared_ptr<const HttpRequest> request) override;
  void work(RequestId id, std::chrono::milliseconds max) override;

 private:
  struct Pending {
    RequestId id = RequestId::any;
    std::int64_t due = 0;
    Result<HttpResponse> answer;
  };
  Result<HttpResponse> exchange(const HttpRequest& request, std::int64_t& takes);
  HttpResponse act(const std::string& method, const std::string& path, const std::string& body);
  HttpResponse act_on_hook(const std::string& method, SimGithubHook& hook, const std::string& rest,
                           const std::string& body);
  HttpResponse list(const std::string& entry, const std::string& path) const;
  HttpResponse create(const std::string& entry, const std::string& body);
  void count(const HttpRequest& request);

  GithubHost& host_;
  std::size_t count_ = 0;
  bool is_dead_ = false;
  std::vector<Pending> pending_ = {};
};

}  // namespace hookplan::simulation
