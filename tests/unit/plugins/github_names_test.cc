// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "plugins/github/github_names.h"

namespace hookplan {
namespace {

TEST_CASE("names that GitHub can have pass, and only those") {
  // Managed users have an underscore; logins of the first years end with a hyphen or have two.
  for (const char* const good : {"a", "foo", "foo-bar", "123", "foo/bar", "foo/.github",
                                 "foo/a_b.c-d", "f/-", "octo_corp/x", "a-", "a--b/c"}) {
    CAPTURE(good);
    CHECK(kGithubNames.problem_with(good).empty());
  }
  const std::string long_org(40, 'a');
  const std::string long_repo = "a/" + std::string(101, 'b');
  for (const std::string& bad :
       {std::string(), std::string("*"), std::string("/"), std::string("foo/"), std::string("/bar"),
        std::string("a/b/c"), std::string("foo/.."), std::string("foo/."), std::string("-a"),
        std::string("a.b"), std::string("a b"), std::string("foo/b r"), std::string("foo/bar?x"),
        std::string("foo/bar#x"), std::string("foo/\xC3\xA9"), long_org, long_repo}) {
    CAPTURE(bad);
    CHECK_FALSE(kGithubNames.problem_with(bad).empty());
  }
}

}  // namespace
}  // namespace hookplan
