// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/git/git_directory.h"

namespace hookplan {
namespace {

TEST_CASE("a remote is shown without what may be secret in it") {
  CHECK(without_credentials("https://github.com/acme/config") == "https://github.com/acme/config");
  CHECK(without_credentials("https://x-access-token:hunter2@github.com/acme/config.git") ==
        "https://github.com/acme/config.git");
  CHECK(without_credentials("https://hunter2@host") == "https://host");
  CHECK(without_credentials("https://a@b@host/x") == "https://host/x");
  CHECK(without_credentials("https://host/x?token=hunter2") == "https://host/x");
  CHECK(without_credentials("https://host/x#hunter2") == "https://host/x");
  CHECK(without_credentials("git@github.com:acme/config.git") == "git@github.com:acme/config.git");
  CHECK(without_credentials("/srv/git/config.git") == "/srv/git/config.git");
}

}  // namespace
}  // namespace hookplan
