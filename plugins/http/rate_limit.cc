// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/rate_limit.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include "core/base/instant.h"

namespace hookplan {
namespace {

using std::chrono::seconds;

// More than any server means; below it nothing can overflow.
constexpr std::int64_t kMaxNumber = 100'000'000'000;

const std::string* header(const HttpResponse& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? nullptr : &found->second;
}

// The number that the header begins with.
std::optional<std::int64_t> number(const HttpResponse& response, const char* name) {
  const std::string* const text = header(response, name);
  std::int64_t value = -1;
  if (text == nullptr) return {};
  std::from_chars(text->data(), text->data() + text->size(), value);
  if (value < 0) return {};
  return std::min(value, kMaxNumber);
}

std::optional<std::int64_t> either(const HttpResponse& response, const char* name,
                                   const char* other) {
  const auto value = number(response, name);
  return value ? value : number(response, other);
}

}  // namespace

RateLimit rate_limit_of(const HttpResponse& response, const std::vector<std::string>& signs,
                        Moment now) {
  const auto here = [&, date = header(response, "date")](Moment theirs) {
    const auto their_now = date == nullptr ? std::nullopt : moment_from_http_date(*date);
    return theirs + (now - their_now.value_or(now));
  };
  RateLimit limit;
  limit.remaining = either(response, "x-ratelimit-remaining", "ratelimit-remaining");
  if (const auto reset = either(response, "x-ratelimit-reset", "ratelimit-reset")) {
    // Seconds from now by the draft of the IETF, since 1970 by GitHub and GitLab.
    constexpr std::int64_t kYear2001 = 1'000'000'000;
    limit.reset = *reset < kYear2001 ? now + seconds{*reset} : here(Moment{seconds{*reset}});
  }
  const int status = response.status;
  if (status != 403 && status != 429 && status != 503) return limit;
  if (const auto delay = number(response, "retry-after")) {
    limit.retry_after = now + seconds{*delay};
  } else if (const std::string* const text = header(response, "retry-after")) {
    if (const auto moment = moment_from_http_date(*text)) limit.retry_after = here(*moment);
  }
  const auto has_sign = [&](std::string_view body) {
    return std::ranges::any_of(
        signs, [&](const std::string& sign) { return body.find(sign) != std::string_view::npos; });
  };
  limit.is_refusal =
      status == 429 || (status == 403 && (limit.retry_after || limit.remaining == 0 ||
                                          response.body.reveal(has_sign)));
  return limit;
}

std::optional<Moment> moment_from_http_date(const std::string& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  std::tm time = {};
  in >> std::get_time(&time, "%a, %d %b %Y %H:%M:%S GMT");
  if (!text.ends_with(" GMT") || !in || in.peek() != std::istringstream::traits_type::eof())
    return {};
  return Moment{seconds{::timegm(&time)}};
}

std::string to_text(Moment moment) {
  return to_rfc3339({std::chrono::ceil<seconds>(moment).time_since_epoch().count(), 0});
}

}  // namespace hookplan
