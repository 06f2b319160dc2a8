// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/judgement.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

// A test that cannot fail is worth nothing: every expectation must be seen to be looked at.
namespace hookplan::bad_input {
namespace {

constexpr Limits kPlainLimits{1.0, 300};

BadCase good_case() {
  BadCase bad_case;
  bad_case.exit_code = 5;
  bad_case.code = "HP1104";
  bad_case.line = 3;
  bad_case.column = 14;
  bad_case.says = {"is not a mapping", "fix: write foo/bar"};
  bad_case.never_says = {"secret"};
  return bad_case;
}

Answer good_answer() {
  Answer answer;
  answer.process.started = true;
  answer.process.exit_code = 5;
  answer.process.seconds = 0.1;
  answer.errors =
      "error HP1104    the entry foo/bar is not a mapping\n"
      "                config.yaml:3:14  managed_webhooks.org_repo_config.foo/bar\n"
      "                fix: write foo/bar: {}\n"
      "error HP1107    something else\n"
      "                config.yaml:4:15\n";
  return answer;
}

std::vector<std::string> judged(const BadCase& bad_case, const Answer& answer) {
  return objections(bad_case, answer, kPlainLimits);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("judgement: what is expected passes") {
  CHECK(judged(good_case(), good_answer()) == Texts());
}

TEST_CASE("judgement: another expectation fails") {
  BadCase bad_case = good_case();
  Texts expected;
  SECTION("exit status") {
    bad_case.exit_code = 4;
    expected = {"exit status: expected 4, got 5"};
  }
  SECTION("code") {
    bad_case.code = "HP1107";
    expected = {"first code: expected HP1107, got HP1104"};
  }
  SECTION("no code") {
    bad_case.code = "";
    expected = {"first code: expected , got HP1104"};
  }
  SECTION("line") {
    bad_case.line = 4;
    expected = {"line: expected 4, got 3"};
  }
  SECTION("column") {
    bad_case.column = 15;
    expected = {"column: expected 15, got 14"};
  }
  SECTION("fragment") {
    bad_case.says.emplace_back("fix: nothing");
    expected = {"it does not say: fix: nothing"};
  }
  SECTION("secret") {
    bad_case.never_says = {"mapping"};
    expected = {"it must not say: mapping"};
  }
  SECTION("result") {
    bad_case.output = Output::used;
    expected = {"it prints no result"};
  }
  CHECK(judged(bad_case, good_answer()) == expected);
}

TEST_CASE("judgement: a bad answer fails") {
  Answer answer = good_answer();
  Texts expected;
  SECTION("not started") {
    answer.process.started = false;
    expected = {"it could not be started"};
  }
  SECTION("killed") {
    answer.process.killed = true;
    expected = {"it did not end by itself"};
  }
  SECTION("crashed") {
    answer.process.signal = 11;
    expected = {"signal 11 ended it"};
  }
  SECTION("slow") {
    answer.process.seconds = 4.5;
    expected = {"it took 4.5 s, the limit is 4"};
  }
  SECTION("busy") {
    answer.process.busy_seconds = 1.5;
    expected = {"it worked for 1.5 s, the limit is 1"};
  }
  SECTION("large") {
    answer.process.peak_bytes = std::size_t{301} << 20;
    expected = {"it took 301 MB, the limit is 300"};
  }
  SECTION("sanitizer") {
    answer.errors += "SUMMARY: AddressSanitizer: leak\n";
    expected = {"a sanitizer reports something"};
  }
  SECTION("result") {
    answer.output = "ok\n";
    expected = {"it prints a result"};
  }
  SECTION("control character") {
    answer.errors += "\x1b[2J\n";
    expected = {"not safe to print: \x1b[2J"};
  }
  SECTION("workflow command") {
    answer.errors += "  ::error::x\n";
    expected = {"not safe to print:   ::error::x"};
  }
  SECTION("not UTF-8") {
    answer.errors += "\xff\n";
    expected = {"not safe to print: \xff"};
  }
  SECTION("flood") {
    answer.errors += std::string(20'000, 'x') + "\n";
    expected = {"it prints " + std::to_string(answer.errors.size()) + " bytes of complaints"};
  }
  CHECK(judged(good_case(), answer) == expected);
}

TEST_CASE("judgement: complaints without a remedy fail") {
  BadCase bad_case = good_case();
  bad_case.says.clear();
  Answer answer = good_answer();
  answer.errors = answer.errors.substr(0, answer.errors.find("                fix:"));
  CHECK(judged(bad_case, answer) == Texts{"it does not say how to fix it"});
}

TEST_CASE("judgement: complaints in JSON are understood") {
  BadCase bad_case = good_case();
  bad_case.says.clear();
  Answer answer = good_answer();
  answer.errors =
      R"({"diagnostics":[{"code":"HP1104","entry":"","field":"","hint":"write","message":
"m","severity":"error","source":{"column":14,"line":3,"path":"config.yaml"}}],"exit_code":5})";
  CHECK(judged(bad_case, answer) == Texts());
}

}  // namespace hookplan::bad_input
