// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/prow_receiver.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/plugins/prow/prow_world.h"

namespace hookplan {
namespace {

std::string shown(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

using World = ProwWorld;

Hook hook_of(const std::string& entry) {
  Hook hook;
  hook.entry = entry;
  hook.route.receiver.fields["url"] = "https://prow.example.com/hook";
  hook.url = Secret::copy_of(hook.route.url());
  return hook;
}

Token token_of(std::string_view value) {
  Token token;
  token.value = Secret::copy_of(value);
  return token;
}

TEST_CASE("a token is 40 lower-case hexadecimal digits and never the same") {
  World world;
  ProwReceiver receiver(world);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string token = shown(*receiver.mint("o/r"));
    CHECK(token.size() == 40);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(token);
  }
  CHECK(seen.size() == 200);
  CHECK(world.pings == 0);
}

TEST_CASE("deliveries go to the URL of the route, and a URL takes many tokens") {
  World world;
  const ProwReceiver receiver(world);
  Route route;
  route.receiver.fields["url"] = "https://prow.example.com/hook";
  CHECK(shown(receiver.url_of(route, token_of("t"))) == route.url());
}

TEST_CASE("tokens are looked for where Prow looks for them") {
  World world;
  const ProwReceiver receiver(world);
  using Names = std::vector<std::string>;
  CHECK(fallbacks(FallbackRule::organization_then_global, "o/r") == Names{"o", "*"});
  CHECK(fallbacks(FallbackRule::organization_then_global, "o/r/s") == Names{"o", "*"});
  CHECK(fallbacks(FallbackRule::organization_then_global, "o") == Names{"*"});
  CHECK(fallbacks(FallbackRule::organization_then_global, "*").empty());
}

TEST_CASE("a token is accepted if the receiver holds it for the entry") {
  World world;
  world.replicas[0].tokens = {{"o/r", {"old", "new"}}, {"p", {"of p"}}, {"*", {"global"}}};
  ProwReceiver receiver(world);
  CHECK(*receiver.accepts(hook_of("o/r"), token_of("new")));
  CHECK(*receiver.accepts(hook_of("o/r"), token_of("old")));
  CHECK_FALSE(*receiver.accepts(hook_of("o/r"), token_of("other")));
  CHECK_FALSE(*receiver.accepts(hook_of("o/r"), token_of("global")));
  CHECK(*receiver.accepts(hook_of("p"), token_of("of p")));
  CHECK(*receiver.accepts(hook_of("p/q"), token_of("of p")));
  CHECK(*receiver.accepts(hook_of("x/y"), token_of("global")));
  CHECK(*receiver.accepts(hook_of("*"), token_of("global")));
  CHECK(world.deliveries.size() == static_cast<std::size_t>(world.pings));
}

TEST_CASE("a ping says what Prow looks tokens up by") {
  World world;
  ProwReceiver receiver(world);
  CHECK_FALSE(*receiver.accepts(hook_of("o/r"), token_of("t")));
  CHECK(world.bodies ==
        std::set<std::string>{R"({"hook_id":0,"organization":{"login":"o"},"repository":)"
                              R"({"full_name":"o/r","name":"r","owner":{"login":"o"}},)"
                              R"("zen":"A token is trusted once it was seen to work."})"});
  world.bodies.clear();
  CHECK_FALSE(*receiver.accepts(hook_of("o"), token_of("t")));
  CHECK(world.bodies ==
        std::set<std::string>{R"({"hook_id":0,"organization":{"login":"o"},)"
                              R"("zen":"A token is trusted once it was seen to work."})"});
}

TEST_CASE("a receiver that accepts anything proves nothing") {
  World world;
  world.replicas[0].validates = false;
  ProwReceiver receiver(world);
  for (int i = 0; i < 2; ++i) {
    const auto accepted = receiver.accepts(hook_of("o/r"), token_of("t"));
    REQUIRE_FALSE(accepted.has_value());
    CHECK(accepted.error().kind == ErrorKind::unavailable);
    CHECK(accepted.error().first().code == Code::receiver_accepts_all);
    CHECK(accepted.error().first().entry == "o/r");
  }
}

TEST_CASE("a random token must be refused for each entry, each time") {
  World world;
  world.replicas[0].tokens = {{"o/r", {"t"}}};
  ProwReceiver receiver(world);
  CHECK(*receiver.accepts(hook_of("o/r"), token_of("t")));
  CHECK(world.pings == 6);
  CHECK(*receiver.accepts(hook_of("o/r"), token_of("t")));
  CHECK(world.pings == 10);
  SECTION("an entry that is not validated") {
    world.replicas[0].unvalidated = {"o/s"};
    CHECK_FALSE(receiver.accepts(hook_of("o/s"), token_of("t")).has_value());
    CHECK(*receiver.accepts(hook_of("o/r"), token_of("t")));
  }
  SECTION("a receiver that stopped to validate") {
    world.replicas[0].validates = false;
    CHECK_FALSE(receiver.accepts(hook_of("o/r"), token_of("t")).has_value());
  }
}

TEST_CASE("a limit on requests proves nothing, whenever it begins and ends") {
  const int from = GENERATE(range(1, 9));
  const int length = GENERATE(1, 2, 3, 100);
  CAPTURE(from, length);
  World world;
  world.replicas[0].validates = false;
  world.refuses_from = from;
  world.refuses_until = from + length;
  ProwReceiver receiver(world, {.pings = 3});
  int proven = 0;
  for (int i = 0; i < 4; ++i) {
    const auto accepted = receiver.accepts(hook_of("o/r"), token_of("t"));
    if (accepted && *accepted) ++proven;
  }
  CHECK(proven == 0);
}

TEST_CASE("one replica that does not know the token yet is enough to say no") {
  World world;
  world.replicas.resize(3);
  world.replicas[0].tokens = {{"o/r", {"t"}}};
  world.replicas[1].tokens = {{"o/r", {"t"}}};
  ProwReceiver receiver(world);
  CHECK_FALSE(*receiver.accepts(hook_of("o/r"), token_of("t")));
  world.replicas[2].tokens = {{"o/r", {"t"}}};
  CHECK(*receiver.accepts(hook_of("o/r"), token_of("t")));
  ProwReceiver thorough(world, {.pings = 7});
  world.pings = 0;
  CHECK(*thorough.accepts(hook_of("o/r"), token_of("t")));
  CHECK(world.pings == 10);
}

TEST_CASE("an answer that is neither yes nor no is an error that says which") {
  World world;
  const int status = GENERATE(400, 404, 405, 429, 500, 502, 503, 504, 301, 302, 307, 308, 199);
  CAPTURE(status);
  world.replicas[0].status = status;
  world.headers = {{"location", "https://other.example.com/hook?s3cret"}};
  ProwReceiver receiver(world);
  const auto accepted = receiver.accepts(hook_of("o/r"), token_of("t0ken"));
  REQUIRE_FALSE(accepted.has_value());
  CHECK(accepted.error().kind == ErrorKind::unavailable);
  const Diagnostic& first = accepted.error().first();
  // What 502 to 504 say, they say of the receiver and not of this entry.
  const bool is_down = status >= 502 && status <= 504;
  CHECK(first.code == (is_down ? Code::receiver_unreachable : Code::receiver_odd_answer));
  CHECK((first.message.find("o/r") == std::string::npos) == is_down);
  CHECK(first.message.find("prow.example.com answered " + std::to_string(status)) == 0);
  const bool is_redirect = status / 100 == 3;
  CHECK((first.hint.find("https://other.example.com/hook") != std::string::npos) == is_redirect);
  for (const std::string_view hidden : {"s3cret", "t0ken"}) {
    CHECK((first.message + first.hint).find(hidden) == std::string::npos);
  }
}

TEST_CASE("401 is a refusal as well") {
  World world;
  world.replicas[0].status = 401;
  ProwReceiver receiver(world);
  CHECK_FALSE(*receiver.accepts(hook_of("o/r"), token_of("t")));
}

TEST_CASE("no answer says nothing about the token, and a ping changes nothing") {
  World world;
  world.replicas[0].tokens = {{"o/r", {"t"}}};
  ProwReceiver receiver(world);
  world.is_reachable = false;
  const auto unreachable = receiver.accepts(hook_of("o/r"), token_of("t"));
  REQUIRE_FALSE(unreachable.has_value());
  CHECK(unreachable.error().kind == ErrorKind::unavailable);
  world.is_reachable = true;
  world.answers_get_lost = true;
  const auto lost = receiver.accepts(hook_of("o/r"), token_of("t"));
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().kind == ErrorKind::unavailable);
  CHECK(lost.error().first().code == Code::receiver_unreachable);
  CHECK(lost.error().first().entry == "o/r");
}

}  // namespace
}  // namespace hookplan
