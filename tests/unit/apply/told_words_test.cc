// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "core/apply/told_words.h"

namespace hookplan {
namespace {

Plan told(std::string path, std::string path_rule, std::string base_rule) {
  Plan plan;
  plan.provenance.path = std::move(path);
  plan.provenance.path_rule = std::move(path_rule);
  plan.provenance.base_rule = std::move(base_rule);
  plan.provenance.before.commit = std::string(40, 'a');
  plan.provenance.after.commit = std::string(40, 'b');
  return plan;
}

TEST_CASE("paths and words of a plan are those that hookplan writes") {
  for (const char* const rule :
       {"first parent of HEAD", "named on the command line: main", "where topic parted from main",
        "the nearest first parent of HEAD that can be read; 0123 cannot be read (HP1004)",
        "HEAD is the first commit, compared with nothing"}) {
    CHECK(problem_with_words(told("config.yaml", "--config-path", rule)).empty());
  }
  for (const char* const path : {"", "config.yaml/", "/config.yaml", "./config.yaml",
                                 "a/../config.yaml", "a//config.yaml"}) {
    CAPTURE(path);
    CHECK_FALSE(problem_with_words(told(path, "--config-path", "first parent of HEAD")).empty());
    Plan moved = told("config.yaml", "--config-path", "first parent of HEAD");
    moved.provenance.before.path = path;
    CHECK(problem_with_words(moved).empty() == (*path == '\0'));
  }
  for (const char* const rule : {"", "approved by security", "what is live", "parent of HEAD"}) {
    CAPTURE(rule);
    CHECK_FALSE(problem_with_words(told("config.yaml", "--config-path", rule)).empty());
    CHECK_FALSE(problem_with_words(told("config.yaml", rule, "first parent of HEAD")).empty());
  }
}

TEST_CASE("one repository has many URLs") {
  for (const char* const url :
       {"https://git.example.com/acme/config", "https://git.example.com/acme/config.git",
        "http://git.example.com/acme/config/", "git@git.example.com:acme/config.git",
        "ssh://git@git.example.com/acme/config", "ssh://git.example.com:2222/acme/config.git",
        "https://GIT.example.com/Acme/config"}) {
    CAPTURE(url);
    CHECK(is_one_remote(url, "https://git.example.com/acme/config"));
  }
  for (const char* const url :
       {"https://git.example.com/acme/other", "https://git.example.org/acme/config",
        "https://git.example.com/acme/config/more", "https://git.example.com:acme/config"}) {
    CAPTURE(url);
    CHECK(is_one_remote(url, "https://git.example.com/acme/config") ==
          (std::string(url) == "https://git.example.com:acme/config"));
  }
}

}  // namespace
}  // namespace hookplan
