// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/paced_client.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A service at the end of a line, in a world with a clock of its own: each answer takes a while.
class World final : public HttpClient {
 public:
  struct Arrival {
    std::string url = {};
    Moment begin = {};
    Moment end = {};
    bool writes = false;
    int status = 0;
  };
  Moment now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 3} + hours{12}};
  milliseconds latency{200};
  // What it answers; nothing: the answer is lost.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> judge = [](const HttpRequest&) {
    return HttpResponse{200, {}, {}};
  };
  std::vector<Arrival> arrivals = {};

  RequestId start(std::shared_ptr<const HttpRequest> request) override {
    const RequestId id = next_id();
    auto response = judge(*request);
    arrivals.push_back({shown(request->url), now, now + latency, !is_read(*request),
                        response ? response->status : 0});
    due_.emplace(now + latency, std::pair(id, std::move(response)));
    return id;
  }
  void work(RequestId id, milliseconds max) override {
    if (has_answer(id)) return;
    const Moment until = now + max;
    now = due_.empty() ? until : std::min(until, due_.begin()->first);
    while (!due_.empty() && due_.begin()->first <= now) {
      auto [answered, response] = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      if (response) {
        answer(answered, std::move(*response));
      } else {
        answer(answered, no_answer("here", "it was lost"));
      }
    }
  }
  // The most that were under way at the same moment.
  std::size_t most_at_once(bool writes) const {
    std::size_t most = 0;
    for (const Arrival& one : arrivals) {
      most = std::max<std::size_t>(most, std::ranges::count_if(arrivals, [&](const Arrival& other) {
                                     return one.writes == writes && other.writes == writes &&
                                            other.begin <= one.begin && one.begin < other.end;
                                   }));
    }
    return most;
  }

 private:
  std::multimap<Moment, std::pair<RequestId, std::optional<HttpResponse>>> due_ = {};
};

struct PacedFixture {
  World world;
  PacedClient client{world, [this] { return world.now; }};
  std::shared_ptr<const Lane> github = std::make_shared<const Lane>(
      Lane{.writes = {{1, seconds{1}}, {80, minutes{1}}, {500, hours{1}}},
           .limit_signs = {"secondary-rate-limits"}});

  HttpRequest request(const std::string& method, milliseconds patience = hours{9}) {
    HttpRequest request = request_for("https://api.example.com/" + method, method);
    request.lane = github;
    request.patience = patience;
    return request;
  }
  RequestId start(HttpRequest request) {
    return client.start(std::make_shared<const HttpRequest>(std::move(request)));
  }
  Result<HttpResponse> finish(RequestId id) {
    for (;;) {
      if (auto answer = client.take(id)) return std::move(*answer);
      client.wait(id, hours{1});
    }
  }
  void finish_all(const std::vector<RequestId>& ids) {
    for (const RequestId id : ids) CHECK(finish(id).has_value());
  }
};

HttpResponse limited(int status, HttpHeaders headers, std::string_view body = {}) {
  return {status, std::move(headers), Secret::copy_of(body)};
}

TEST_CASE_METHOD(PacedFixture,
                 "writes go one at a time and within every budget, reads go together") {
  std::vector<RequestId> ids;
  for (int i = 0; i < 600; ++i) ids.push_back(start(request("PATCH")));
  for (int i = 0; i < 60; ++i) ids.push_back(start(request("GET")));
  finish_all(ids);
  CHECK(world.arrivals.size() == 660);
  CHECK(world.most_at_once(true) == 1);
  CHECK(world.most_at_once(false) == 49);  // beside a write
  std::vector<World::Arrival> writes;
  std::ranges::copy_if(world.arrivals, std::back_inserter(writes), &World::Arrival::writes);
  for (const auto& [requests, span] : github->writes) {
    for (std::size_t i = requests; i < writes.size(); ++i) {
      // Wherever each of them arrived between its begin and its end.
      REQUIRE(writes[i].begin - writes[i - requests].end >= span);
    }
  }
  // Nor slower than that: 500 at the pace of 80 a minute, and the rest an hour after the first.
  CHECK(writes[499].end - writes[0].begin < minutes{11});
  CHECK(writes[500].begin - writes[0].end == hours{1});
  CHECK(std::ranges::count_if(world.arrivals, [&](const World::Arrival& arrival) {
          return !arrival.writes && arrival.begin - world.arrivals[0].begin > seconds{1};
        }) == 0);
}

TEST_CASE_METHOD(PacedFixture, "what goes first does so whenever it came") {
  std::vector<RequestId> ids;
  for (int i = 0; i < 9; ++i) ids.push_back(start(request("POST")));
  HttpRequest urgent = request("PATCH");
  urgent.goes_first = true;
  ids.push_back(start(std::move(urgent)));
  finish_all(ids);
  // One was under way already.
  REQUIRE(world.arrivals.size() == 10);
  CHECK(world.arrivals[1].url.ends_with("PATCH"));
}

TEST_CASE_METHOD(PacedFixture, "two credentials never wait for each other") {
  const auto other = std::make_shared<const Lane>(*github);
  world.judge = [&](const HttpRequest& asked) {
    if (asked.lane == github) return limited(429, {{"retry-after", "3600"}});
    return HttpResponse{200, {}, {}};
  };
  const RequestId stuck = start(request("PATCH"));
  client.wait(stuck, seconds{1});
  const Moment begin = world.now;
  HttpRequest free = request("PATCH");
  free.lane = other;
  HttpRequest without = request("PATCH");
  without.lane = nullptr;
  CHECK(finish(start(std::move(free)))->status == 200);
  CHECK(finish(start(std::move(without)))->status == 200);
  CHECK(world.now - begin < seconds{1});
  CHECK_FALSE(client.take(stuck).has_value());
}

TEST_CASE_METHOD(PacedFixture, "after a refusal the lane is silent until the time that was named") {
  const bool is_date = GENERATE(true, false);
  const int status = GENERATE(403, 429);
  const std::string method = GENERATE(as<std::string>(), "GET", "PATCH");
  const Moment opens = world.now + minutes{5};
  world.judge = [&](const HttpRequest&) {
    if (world.now >= opens) return HttpResponse{200, {}, {}};
    return limited(status, {{"retry-after", is_date ? "Tue, 03 Nov 2026 12:05:00 GMT" : "300"}});
  };
  const RequestId first = start(request(method));
  client.wait(first, seconds{10});
  const RequestId second = start(request("GET"));
  CHECK(finish(first)->status == 200);
  CHECK(finish(second)->status == 200);
  CHECK(world.arrivals.size() == 3);
  CHECK(world.now < opens + seconds{10});
}

// GitHub's primary limit: a number of requests in a window.
struct Window {
  Moment reset = {};
  int remaining = 5;
  int refused = 0;

  HttpResponse judge(Moment now) {
    if (now >= reset) std::tie(reset, remaining) = std::pair(now + hours{1}, 5);
    const bool is_refused = remaining == 0;
    (is_refused ? refused : remaining) += is_refused ? 1 : -1;
    const auto seconds_of_reset = std::chrono::ceil<seconds>(reset).time_since_epoch().count();
    return {is_refused ? 403 : 200,
            {{"x-ratelimit-remaining", std::to_string(remaining)},
             {"x-ratelimit-reset", std::to_string(seconds_of_reset)}},
            {}};
  }
};

TEST_CASE_METHOD(PacedFixture, "a window that is used up is waited for without asking") {
  Window window{.reset = world.now + minutes{10}};
  world.judge = [&](const HttpRequest&) { return window.judge(world.now); };
  CHECK(finish(start(request("GET")))->status == 200);
  std::vector<RequestId> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(start(request("GET")));
  finish_all(ids);
  CHECK(window.refused == 0);
  CHECK(world.arrivals.size() == 13);
  CHECK(world.arrivals.back().begin - world.arrivals.front().begin < hours{3});
}

TEST_CASE_METHOD(PacedFixture, "what nobody could foresee of a window is made up for") {
  Window window{.reset = world.now + minutes{10}};
  world.judge = [&](const HttpRequest&) { return window.judge(world.now); };
  std::vector<RequestId> ids;
  for (int i = 0; i < 9; ++i) ids.push_back(start(request("GET")));  // together, unknowing
  for (const RequestId id : ids) CHECK(finish(id)->status == 200);
  CHECK(window.refused == 4);
  CHECK(world.now < world.arrivals.front().begin + minutes{11});
}

TEST_CASE_METHOD(PacedFixture, "a refusal without a time is waited out longer each time") {
  int refusals = 3;
  world.judge = [&](const HttpRequest&) {
    if (refusals-- <= 0) return HttpResponse{200, {}, {}};
    return limited(403, {{"x-ratelimit-remaining", "4000"}}, "docs#secondary-rate-limits");
  };
  CHECK(finish(start(request("PATCH")))->status == 200);
  REQUIRE(world.arrivals.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.arrivals[i + 1].begin - world.arrivals[i].end == minutes{1 << i});
  }
}

TEST_CASE_METHOD(PacedFixture, "a limit that stays is told after a few tries, not asked for ever") {
  world.judge = [](const HttpRequest&) { return limited(429, {{"retry-after", "0"}}); };
  CHECK(finish(start(request("GET")))->status == 429);
  CHECK(world.arrivals.size() == 5);
  for (std::size_t i = 1; i < 5; ++i) {
    CHECK(world.arrivals[i].begin - world.arrivals[i - 1].end >= seconds{1});
  }
}

TEST_CASE_METHOD(PacedFixture, "a missing permission is an answer at once, and closes nothing") {
  world.judge = [](const HttpRequest&) {
    return limited(403, {{"x-ratelimit-remaining", "4000"}}, "Resource not accessible");
  };
  for (int i = 0; i < 3; ++i) CHECK(finish(start(request("GET")))->status == 403);
  CHECK(world.arrivals.size() == 3);
  CHECK(world.now - world.arrivals.front().begin < seconds{1});
}

TEST_CASE_METHOD(PacedFixture, "who is asked to come later does so for a question only") {
  world.judge = [](const HttpRequest&) { return limited(503, {{"retry-after", "60"}}); };
  CHECK(finish(start(request("PATCH")))->status == 503);
  CHECK(world.arrivals.size() == 1);
  world.judge = [&](const HttpRequest&) {
    return HttpResponse{world.arrivals.size() < 3 ? 503 : 200, {{"retry-after", "60"}}, {}};
  };
  CHECK(finish(start(request("GET")))->status == 200);
  CHECK(world.arrivals[1].begin - world.arrivals[0].end == minutes{1});
}

TEST_CASE_METHOD(PacedFixture,
                 "a lost answer stays lost, and its place in the budget stays taken") {
  world.judge = [](const HttpRequest&) { return std::nullopt; };
  const auto lost = finish(start(request("PATCH")));
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().kind == ErrorKind::unknown);
  CHECK(world.arrivals.size() == 1);
  world.judge = [](const HttpRequest&) { return HttpResponse{200, {}, {}}; };
  CHECK(finish(start(request("PATCH"))).has_value());
  CHECK(world.arrivals[1].begin - world.arrivals[0].end == seconds{1});
}

void check_limited(const Result<HttpResponse>& response, const std::string& message) {
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(response.error().first().code == Code::rate_limited);
  CHECK(response.error().first().message == message);
  CHECK_FALSE(response.error().first().hint.empty());
}

TEST_CASE_METHOD(PacedFixture, "who cannot wait so long hears at once when it can go on") {
  world.judge = [](const HttpRequest&) { return limited(429, {{"retry-after", "600"}}); };
  const std::string message =
      "api.example.com takes no such request before 2026-11-03T12:10:01Z, so it was not sent";
  check_limited(finish(start(request("PATCH", minutes{5}))), message);
  check_limited(finish(start(request("GET", minutes{5}))), message);
  CHECK(world.arrivals.size() == 1);
  CHECK(world.now - world.arrivals.front().begin < seconds{1});
  world.judge = [](const HttpRequest&) { return HttpResponse{200, {}, {}}; };
  CHECK(finish(start(request("PATCH", minutes{10})))->status == 200);
}

TEST_CASE_METHOD(PacedFixture, "nothing is sent after its patience has ended") {
  world.latency = minutes{2};
  const RequestId slow = start(request("PATCH"));
  const RequestId impatient = start(request("PATCH", minutes{1}));
  check_limited(finish(impatient),
                "api.example.com is still busy with earlier requests, so a request was not sent");
  CHECK(finish(slow).has_value());
  const RequestId late = start(request("PATCH", milliseconds{1500}));
  world.now += minutes{1};  // nobody looked meanwhile
  CHECK_FALSE(finish(late).has_value());
  CHECK(world.arrivals.size() == 1);
}

TEST_CASE("the time until a lane opens can be asked for without standing in line") {
  World world;
  PacedClient paced(world, [&] { return world.now; });
  const auto lane = std::make_shared<Lane>();
  lane->writes = {{1, seconds{10}}};
  CHECK(paced.time_to_turn(*lane, false) == milliseconds{0});
  HttpRequest request = request_for("http://here", "POST");
  request.lane = lane;
  REQUIRE(paced.send(std::move(request)).has_value());
  CHECK(paced.time_to_turn(*lane, false) == seconds{10});
  CHECK(paced.time_to_turn(*lane, true) == milliseconds{0});
  world.now += seconds{4};
  CHECK(paced.time_to_turn(*lane, false) == seconds{6});
  world.now += seconds{60};
  CHECK(paced.time_to_turn(*lane, false) == milliseconds{0});
}

}  // namespace
}  // namespace hookplan
