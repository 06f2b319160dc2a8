// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/base/instant.h"

namespace hookplan {
namespace {

std::string utc(std::string_view text) {
  const auto instant = instant_from_rfc3339(text);
  return instant ? to_rfc3339(*instant) : "refused";
}

TEST_CASE("an instant is one, however it is spelled") {
  CHECK(utc("2017-10-02T15:00:00Z") == "2017-10-02T15:00:00Z");
  CHECK(utc("2017-10-02T17:00:00+02:00") == "2017-10-02T15:00:00Z");
  CHECK(utc("2017-10-02T15:00:00-00:00") == "2017-10-02T15:00:00Z");
  CHECK(utc("2017-10-02T15:00:00.250Z") == "2017-10-02T15:00:00.25Z");
  CHECK(utc("2017-10-02T15:00:00.1234567891Z") == "2017-10-02T15:00:00.123456789Z");
  CHECK(utc("2016-02-29T00:00:00Z") == "2016-02-29T00:00:00Z");
  CHECK(utc("2020-01-01T00:30:00+01:00") == "2019-12-31T23:30:00Z");
  CHECK(utc("0001-01-01T00:00:00Z") == to_rfc3339(kZeroInstant));
  CHECK(utc("1969-12-31T23:59:59.5Z") == "1969-12-31T23:59:59.5Z");
}

TEST_CASE("what is no timestamp for Prow's newer builds is none") {
  for (const char* const text : {"",
                                 "2017-10-02",
                                 "2017-10-02 15:00:00Z",
                                 "2017-10-02T15:00:00",
                                 "2017-10-02T15:00Z",
                                 "2017-10-02t15:00:00z",
                                 "2017-10-02T5:00:00Z",
                                 "2017-10-02T24:00:00Z",
                                 "2017-10-02T15:60:00Z",
                                 "2016-12-31T23:59:60Z",
                                 "2016-02-30T00:00:00Z",
                                 "2017-02-29T00:00:00Z",
                                 "2017-13-01T00:00:00Z",
                                 "2017-00-01T00:00:00Z",
                                 "2017-10-02T15:00:00.Z",
                                 "2017-10-02T15:00:00,5Z",
                                 "2017-10-02T15:00:00+24:00",
                                 "2017-10-02T15:00:00+02:60",
                                 "2017-10-02T15:00:00+0200",
                                 "2017-10-02T15:00:00Z ",
                                 " 2017-10-02T15:00:00Z",
                                 "2017-10-02T15:00:00ZZ",
                                 "10000-02-03T00:00:00Z",
                                 "0000-01-01T00:00:00Z",
                                 "0001-01-01T00:00:00+01:00",
                                 "9999-12-31T23:59:59-01:00",
                                 "20160203"}) {
    CAPTURE(text);
    CHECK(utc(text) == "refused");
  }
}

}  // namespace
}  // namespace hookplan
