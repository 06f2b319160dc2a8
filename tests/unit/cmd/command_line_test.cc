// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cmd/command_line.h"

namespace hookplan {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("options may stand anywhere after the command, and -- ends them") {
  const Result<CommandLine> line =
      parse_command_line({"plan", "main", "--format=json", "topic", "--exit-code"});
  REQUIRE(line.has_value());
  CHECK(line->words == Words{"main", "topic"});
  CHECK(line->get("format") == "json");
  CHECK(line->has("exit-code"));
  CHECK(line->get("repo", ".") == ".");
  const Result<CommandLine> dashed = parse_command_line({"plan", "--", "-odd-branch"});
  REQUIRE(dashed.has_value());
  CHECK(dashed->words == Words{"-odd-branch"});
}

TEST_CASE("what is not understood completely is not understood") {
  const auto [words, code] = GENERATE(table<Words, Code>({
      {{"paln"}, Code::unknown_command},
      {{"--repo", "x", "plan"}, Code::unknown_option},
      {{"plan", "--conf", "x"}, Code::unknown_option},
      {{"plan", "--formt", "json"}, Code::unknown_option},
      {{"plan", "-x"}, Code::unknown_option},
      {{"plan", "--=x"}, Code::unknown_option},
      {{"plan", "--format", "yaml"}, Code::bad_option_value},
      {{"plan", "--format"}, Code::bad_option_value},
      {{"plan", "--repo="}, Code::bad_option_value},
      {{"plan", "--repo", ""}, Code::bad_option_value},
      {{"plan", "--exit-code=yes"}, Code::bad_option_value},
      {{"plan", "--format", "json", "--format", "json"}, Code::bad_option_value},
      {{"plan", "a", "b", "c"}, Code::stray_word},
      {{"plan", ""}, Code::stray_word},
      {{"show"}, Code::stray_word},
      {{"version", "x"}, Code::stray_word},
  }));
  CAPTURE(words);
  const Result<CommandLine> line = parse_command_line(words);
  REQUIRE_FALSE(line.has_value());
  CHECK(line.error().kind == ErrorKind::usage);
  CHECK(line.error().first().code == code);
  CHECK_FALSE(line.error().first().hint.empty());
}

TEST_CASE("a half-typed option is named in full") {
  const Result<CommandLine> line = parse_command_line({"plan", "--conf", "x"});
  REQUIRE_FALSE(line.has_value());
  CHECK(line.error().first().hint.find("--config-path") != std::string::npos);
}

}  // namespace
}  // namespace hookplan
