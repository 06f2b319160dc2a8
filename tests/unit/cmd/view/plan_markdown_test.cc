// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "cmd/view/markdown_escape.h"
#include "cmd/view/plan_markdown.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

TEST_CASE("no text can become markup, a mention or a link") {
  for (const char* const text :
       {"<img src=x>", "[a](http://b)", "`x`", "a|b", "*a*", "_a_", "~~a~~", "a\nb", "\\", "&lt;",
        "www.example.com", "http://x", "$x$"}) {
    const std::string shown = markdown_text(text);
    CAPTURE(text, shown);
    CHECK(shown.find_first_of("<>[]`|*_~\n\\$:.") == std::string::npos);
  }
  CHECK(markdown_text("@everyone #1") == "<code>&#64;</code>everyone <code>&#35;</code>1");
  CHECK(markdown_code("@a") == "<code>&#64;a</code>");
  CHECK(markdown_code("me@a") == "<code>me<!-- -->&#64;a</code>");
}

TEST_CASE("a source link is made for github.com and for nothing else") {
  const LineRange lines{3, 5};
  const std::string commit(40, 'a');
  for (const char* const url :
       {"https://github.com/acme/config", "https://github.com/acme/config.git",
        "git@github.com:acme/config.git", "ssh://git@github.com/acme/config"}) {
    CHECK(markdown_source_link("x", url, commit, "a b.yaml", lines) ==
          "[x](https://github.com/acme/config/blob/" + commit + "/a%20b.yaml#L3-L5)");
  }
  for (const char* const url :
       {"", "https://example.com/acme/config", "https://github.com/acme", "/srv/git/x.git",
        "https://github.com/acme/config/../x", "https://github.com.evil.example/a/b"}) {
    CHECK(markdown_source_link("x", url, commit, "a.yaml", lines) == "x");
  }
}

TEST_CASE("a comment keeps to its size and never loses what is taken away") {
  const int number = GENERATE(10, 300, 1'500, 20'000);
  std::string before;
  std::string after;
  for (int i = 0; i < 60; ++i)
    before +=
        "    gone/repo-" + std::to_string(i) + ": {token_created_after: 2020-01-01T00:00:00Z}\n";
  for (int i = 0; i < number; ++i)
    after += "    new/repository-" + std::to_string(i) +
             ": {token_created_after: 2020-01-01T00:00:00Z}\n";
  const std::string text =
      to_markdown(fixtures::plan_of(fixtures::config_with(before), fixtures::config_with(after)));
  CHECK(text.size() <= kMaxMarkdownBytes);
  for (int i = 0; i < 60; ++i) {
    const std::string name = "gone/repo-" + std::to_string(i);
    const bool listed =
        text.find(name + "<") != std::string::npos || text.find(name + ",") != std::string::npos;
    CAPTURE(number, name);
    CHECK(listed);
  }
  CHECK(text.find(std::to_string(number) + " onboard") != std::string::npos);
}

}  // namespace
}  // namespace hookplan
