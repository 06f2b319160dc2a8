// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/http/http_contract.h"

#include <chrono>

#include <catch2/catch.hpp>

#include "plugins/http/curl_client.h"
#include "plugins/http/paced_client.h"

namespace hookplan {
namespace {

ClientOnTrial curl() {
  return {.client = std::make_unique<CurlClient>(CurlOptions{.user_agent = "hookplan/test"})};
}

Moment now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ClientOnTrial paced(std::shared_ptr<const Lane> lane) {
  ClientOnTrial trial;
  trial.below = curl().client;
  trial.client = std::make_unique<PacedClient>(*trial.below, now);
  trial.lane = std::move(lane);
  return trial;
}

TEST_CASE("libcurl keeps the contract of HTTP") { http_contract(curl); }
TEST_CASE("libcurl keeps the contract of HTTPS") { https_contract(curl); }
TEST_CASE("a paced client keeps the contract of HTTP") {
  http_contract([] { return paced(std::make_shared<const Lane>()); });
}
TEST_CASE("a paced client keeps the contract of HTTPS") {
  https_contract([] { return paced(std::make_shared<const Lane>()); });
}

}  // namespace
}  // namespace hookplan
