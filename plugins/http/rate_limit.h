// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/http/http_client.h"

namespace hookplan {

// A time of day of this machine.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

// What an answer tells of the limits of whoever asked. Times are by the clock of this machine:
// those of the server are corrected by the difference that its Date header shows.
struct RateLimit {
  bool is_refusal = false;                     // of a limit: the request itself was not looked at
  std::optional<Moment> retry_after = {};      // Retry-After, seconds or date, of 403, 429 and 503
  std::optional<std::int64_t> remaining = {};  // X-RateLimit-Remaining or RateLimit-Remaining
  std::optional<Moment> reset = {};  // X-RateLimit-Reset or RateLimit-Reset: then it is full
};

// A refusal is 429; and 403 with Retry-After, with nothing remaining, or with one of the `signs` in
// its body, because without these it is a missing permission.
RateLimit rate_limit_of(const HttpResponse& response, const std::vector<std::string>& signs,
                        Moment now);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7) and nothing else.
std::optional<Moment> moment_from_http_date(const std::string& text);

// "2026-11-03T12:00:00Z", not earlier than the moment.
std::string to_text(Moment moment);

}  // namespace hookplan
