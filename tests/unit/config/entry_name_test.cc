// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/config/entry_name.h"

namespace hookplan {
namespace {

TEST_CASE("names that some forge can have pass, and only those") {
  for (const char* const good :
       {"a", "foo-bar", "foo/bar", "foo/.github", "~user/project/+git/repo", "group/sub/project",
        "foo/-", "a--b-", "foo/\xC3\xA9"}) {
    CAPTURE(good);
    CHECK(name_problem(good).empty());
  }
  const std::string long_part = "a/" + std::string(256, 'b');
  for (const std::string& bad : {std::string(),
                                 std::string("*"),
                                 std::string("/"),
                                 std::string("foo/"),
                                 std::string("/bar"),
                                 std::string("a//b"),
                                 std::string("foo/.."),
                                 std::string("../x"),
                                 std::string("foo/./x"),
                                 std::string("-a"),
                                 std::string("--handover=/etc/passwd"),
                                 std::string("foo/*"),
                                 std::string("foo/b?r"),
                                 std::string("foo/b r"),
                                 std::string("foo/b\nr"),
                                 std::string("foo/$(id)"),
                                 std::string("foo/b;r"),
                                 std::string("foo/b'r"),
                                 std::string("foo/b\xE2\x80\xAEr"),
                                 std::string("foo/ba\xCD\x8Fr"),
                                 std::string("foo/ba\xE2\x80\x8Br"),
                                 std::string("foo/\xFF"),
                                 std::string("foo\x7F"),
                                 long_part}) {
    CAPTURE(bad);
    CHECK_FALSE(name_problem(bad).empty());
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
