// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/config/entry_name.h"

namespace hookplan {
namespace {

TEST_CASE("names that GitHub can have pass, and only those") {
  for (const char* const good :
       {"a", "foo", "foo-bar", "123", "foo/bar", "foo/.github", "foo/a_b.c-d", "f/-"}) {
    CAPTURE(good);
    CHECK(github_name_problem(good).empty());
  }
  const std::string long_org(40, 'a');
  const std::string long_repo = "a/" + std::string(101, 'b');
  for (const std::string& bad : {std::string(),
                                 std::string("*"),
                                 std::string("/"),
                                 std::string("foo/"),
                                 std::string("/bar"),
                                 std::string("a/b/c"),
                                 std::string("foo/.."),
                                 std::string("foo/."),
                                 std::string("-a"),
                                 std::string("a-"),
                                 std::string("a--b"),
                                 std::string("a_b"),
                                 std::string("a.b"),
                                 std::string("a b"),
                                 std::string("foo/b r"),
                                 std::string("foo/bar?x"),
                                 std::string("foo/bar#x"),
                                 std::string("foo/\xC3\xA9"),
                                 long_org,
                                 long_repo}) {
    CAPTURE(bad);
    CHECK_FALSE(github_name_problem(bad).empty());
  }
}

TEST_CASE("a star stands for anything but a slash, a lone one for everything") {
  CHECK(matches("*", "foo/bar"));
  CHECK(matches("foo/*", "Foo/bar"));
  CHECK_FALSE(matches("foo/*", "foo"));
  CHECK_FALSE(matches("f*", "foo/bar"));
  CHECK(matches("*/bar", "foo/bar"));
  CHECK(matches("foo/b*r*", "foo/bazar"));
  CHECK_FALSE(matches("foo", "foobar"));
  CHECK_FALSE(matches(std::string(40, '*') + "b", std::string(5'000, 'a')));
}

}  // namespace
}  // namespace hookplan
