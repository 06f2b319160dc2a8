// SPDX-License-Identifier: Apache-2.0
#include "cmd/services.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "cmd/interruption.h"

namespace hookplan {
namespace {

TEST_CASE("two forges may log in with one variable, which is in no environment after that") {
  ::setenv("HOOKPLAN_TEST_TOKEN", "secret", 1);
  const FieldMap login = {{"token", "env:HOOKPLAN_TEST_TOKEN"}};
  SystemClock clock;
  Services services("handover.yaml", {{"forges.one", login}, {"forges.two", login}}, clock);
  Route route;
  route.receiver = {"hook", "file", {{"url", "https://prow.example.com/hook"}}};
  route.store = {"", "file", {{"path", "hmac.yaml"}}};
  for (const char* const name : {"one", "two"}) {
    route.forge = {name, "github", {{"api", ""}}};
    const auto systems = services.systems_of(route);
    if (!systems) FAIL(systems.error().first().message);
  }
  CHECK(std::getenv("HOOKPLAN_TEST_TOKEN") == nullptr);
}

}  // namespace
}  // namespace hookplan
