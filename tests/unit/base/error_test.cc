// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "cmd/exit_code.h"
#include "core/base/result.h"

namespace hookplan {
namespace {

TEST_CASE("an error has what the catalog says of its code, and no more") {
  const Error error = fail(Code::passphrase_wrong, "it does not open");
  const CodeEntry& entry = catalog_entry(Code::passphrase_wrong);
  CHECK(error.kind == entry.kind);
  REQUIRE(error.diagnostics.size() == 1);
  CHECK(error.first().code == Code::passphrase_wrong);
  CHECK(error.first().severity == entry.severity);
  CHECK(error.first().message == "it does not open");
  CHECK(error.first().hint == entry.remedy);
  CHECK(error.first().field.empty());
  CHECK(error.first().entry.empty());
  CHECK(error.first().where.path.empty());
}

TEST_CASE("whoever makes an error says where it is and what to do") {
  const Error error = fail(Code::bad_entry_name, "{} is not a name", "a b")
                          .at("config.yaml", 3, 7)
                          .field("managed_webhooks")
                          .entry("a b")
                          .hint("remove the blank")
                          .as(ErrorKind::not_fresh);
  CHECK(error.kind == ErrorKind::not_fresh);
  CHECK(error.first().message == "a b is not a name");
  CHECK(error.first().where.path == "config.yaml");
  CHECK(error.first().where.line == 3);
  CHECK(error.first().where.column == 7);
  CHECK(error.first().field == "managed_webhooks");
  CHECK(error.first().entry == "a b");
  CHECK(error.first().hint == "remove the blank");
}

TEST_CASE("an empty hint leaves the remedy, and a message with braces stays as it is") {
  const Error error = fail(Code::store_busy, "{}").hint("");
  CHECK(error.first().message == "{}");
  CHECK(error.first().hint == catalog_entry(Code::store_busy).remedy);
}

TEST_CASE("several diagnostics are an error of the first one's kind") {
  const Error error({diagnose(Code::store_changed, "one"), diagnose(Code::store_busy, "two")});
  CHECK(error.kind == ErrorKind::conflict);
  CHECK(error.diagnostics.size() == 2);
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Code::bad_option_value, "{} is odd", number).hint("add one");
  return number / 2;
}

Result<void> must_be_even(int number) {
  TRY(number, half(number));
  return {};
}

TEST_CASE("a function hands on what it cannot mend") {
  CHECK(must_be_even(4).has_value());
  const Result<void> odd = must_be_even(3);
  REQUIRE_FALSE(odd.has_value());
  CHECK(odd.error().kind == ErrorKind::usage);
  CHECK(odd.error().first().message == "3 is odd");
}

// The `else` belongs to the `if` that one sees.
Result<int> branch(bool first, int number) {
  if (first)
    TRY_VOID(must_be_even(number));
  else
    return 2;
  return 1;
}

TEST_CASE("TRY_VOID is one statement") {
  CHECK(branch(true, 4).value() == 1);
  CHECK_FALSE(branch(true, 3).has_value());
  CHECK(branch(false, 4).value() == 2);
}

TEST_CASE("each code has a kind, and only our own mistakes have the exit status of these") {
  for (const CodeEntry& entry : catalog()) {
    CAPTURE(to_string(entry.code));
    const bool is_ours = entry.code == Code::internal_error;
    CHECK((entry.kind == ErrorKind::internal) == is_ours);
    CHECK((exit_code_of(entry.kind) == kInternalError) == is_ours);
    CHECK(exit_code_of(entry.kind) != kSuccess);
  }
}

}  // namespace
}  // namespace hookplan
