// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/rate_limit.h"

#include <catch2/catch.hpp>

namespace hookplan {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr Moment kNow{seconds{784111777}};

RateLimit limit_of(int status, HttpHeaders headers, std::string_view body = {}) {
  return rate_limit_of({status, std::move(headers), Secret::copy_of(body)},
                       {"secondary-rate-limits"}, kNow);
}

TEST_CASE("dates of HTTP are read, and nothing that is nearly one") {
  CHECK(moment_from_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == kNow);
  for (const char* const text :
       {"", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT+1",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 36 Nov 1994 08:49:37 GMT"}) {
    CHECK_FALSE(moment_from_http_date(text).has_value());
  }
}

TEST_CASE("a moment is told to the second and not too early") {
  CHECK(to_text(kNow) == "1994-11-06T08:49:37Z");
  CHECK(to_text(kNow + milliseconds{1}) == "1994-11-06T08:49:38Z");
}

TEST_CASE("Retry-After is seconds or a date, of answers that turn something away") {
  for (const int status : {403, 429, 503}) {
    CHECK(limit_of(status, {{"retry-after", "120"}}).retry_after == kNow + seconds{120});
    CHECK(limit_of(status, {{"retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"}}).retry_after ==
          kNow + seconds{60});
  }
  CHECK_FALSE(limit_of(202, {{"retry-after", "120"}}).retry_after.has_value());
  for (const char* const odd : {"", "-5", "soon", "x5"}) {
    CHECK_FALSE(limit_of(429, {{"retry-after", odd}}).retry_after.has_value());
  }
  CHECK(limit_of(429, {{"retry-after", "99999999999999999999"}}).is_refusal);
  CHECK(*limit_of(429, {{"retry-after", "9999999999999999"}}).retry_after > kNow + hours{1});
}

TEST_CASE("windows are told in several dialects") {
  const auto github =
      limit_of(200, {{"x-ratelimit-remaining", "7"}, {"x-ratelimit-reset", "784111877"}});
  CHECK(github.remaining == 7);
  const auto later =
      limit_of(200, {{"x-ratelimit-remaining", "7"}, {"x-ratelimit-reset", "1784111877"}});
  CHECK(later.reset == Moment{seconds{1784111877}});
  const auto draft = limit_of(200, {{"ratelimit-remaining", "0, 5"}, {"ratelimit-reset", "30"}});
  CHECK(draft.remaining == 0);
  CHECK(draft.reset == kNow + seconds{30});
  CHECK_FALSE(draft.is_refusal);
  CHECK_FALSE(limit_of(200, {{"x-ratelimit-remaining", "many"}}).remaining.has_value());
}

TEST_CASE("a clock that is wrong, ours or theirs, makes no wait longer or shorter") {
  // It is an hour later there.
  const HttpHeaders there = {{"date", "Sun, 06 Nov 1994 09:49:37 GMT"},
                             {"retry-after", "Sun, 06 Nov 1994 09:50:37 GMT"}};
  CHECK(limit_of(429, there).retry_after == kNow + seconds{60});
}

TEST_CASE("a limit is told from a missing permission") {
  CHECK(limit_of(429, {}).is_refusal);
  CHECK(limit_of(403, {{"retry-after", "1"}}).is_refusal);
  CHECK(limit_of(403, {{"x-ratelimit-remaining", "0"}}).is_refusal);
  CHECK(limit_of(403, {{"x-ratelimit-remaining", "9"}}, "docs/rest#secondary-rate-limits")
            .is_refusal);
  CHECK_FALSE(
      limit_of(403, {{"x-ratelimit-remaining", "9"}}, "Resource not accessible").is_refusal);
  CHECK_FALSE(limit_of(503, {{"retry-after", "1"}}).is_refusal);
  CHECK_FALSE(limit_of(404, {{"x-ratelimit-remaining", "0"}}).is_refusal);
}

}  // namespace
}  // namespace hookplan
