// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "core/ports/fallback.h"
#include "plugins/prow/created_text.h"
#include "plugins/prow/key_order.h"
#include "plugins/prow/token_document.h"
#include "tests/fixtures/tokens.h"

namespace hookplan {
namespace {

const ProwTokenFormat kFormat;

Result<TokenDocument> read(std::string_view text) {
  return kFormat.read(Secret::copy_of(text), "secret");
}

std::string written(const TokenMap& tokens) {
  const auto document = kFormat.write(tokens);
  return document ? fixtures::text_of(*document)
                  : std::string(to_string(document.error().first().code));
}

TokenMap one(std::string_view entry, std::string_view value, std::string_view created = {}) {
  TokenMap tokens;
  tokens[std::string(entry)].push_back({Secret::copy_of(value),
                                        created_from_text(created).value_or(kZeroInstant),
                                        std::string(created)});
  return tokens;
}

TEST_CASE("each listed document is read or refused as it says") {
  const auto cases =
      fixtures::document_cases(std::string(HOOKPLAN_SOURCE) + "/testdata/tokens/documents.jsonl");
  REQUIRE(cases.size() > 90);
  for (const auto& document : cases) {
    CAPTURE(document.name, document.reason, document.text);
    const auto result = read(document.text);
    CHECK(fixtures::outcome_of(result) == document.outcome);
    if (result) continue;
    const Diagnostic& first = result.error().first();
    CHECK(result.error().kind == ErrorKind::token_document);
    CHECK(first.where.path == "secret");
    CHECK(first.where.line > 0);
    CHECK(first.message.find("in line " + std::to_string(first.where.line) + ", column ") !=
          std::string::npos);
    CHECK_FALSE(first.hint.empty());
  }
}

TEST_CASE("what is read is what stands there") {
  const auto document = read(
      "'*':\no:\n- {created_at: 2020-10-02T15:00:00.50+02:00, value: \"a\\tb\"}\n- value: 123\n");
  REQUIRE(document.has_value());
  REQUIRE(document->tokens.size() == 2);
  CHECK(document->tokens.at("*").empty());
  const TokenList& list = document->tokens.at("o");
  REQUIRE(list.size() == 2);
  CHECK(fixtures::text_of(list[0].value) == "a\tb");
  CHECK(list[0].created == instant_from_rfc3339("2020-10-02T13:00:00.5Z"));
  CHECK(list[0].created_text == "2020-10-02T15:00:00.50+02:00");
  CHECK(fixtures::text_of(list[1].value) == "123");
  CHECK(list[1].created == kZeroInstant);
}

TEST_CASE("a token that protects nothing stays, is older than any other, and is warned about") {
  for (const std::string_view value : {"''", "\"\"", "' '", "\"\\t\"", "\"\\u00a0\\u200b\""}) {
    CAPTURE(value);
    const auto document =
        read("o:\n- {value: " + std::string(value) + ", created_at: 9999-01-01T00:00:00Z}\n");
    REQUIRE(document.has_value());
    const TokenList& list = document->tokens.at("o");
    REQUIRE(list.size() == 1);
    CHECK(list.front().created == kZeroInstant);
    REQUIRE(document->warnings.size() == 1);
    CHECK(document->warnings.front().code == Code::token_protects_nothing);
    CHECK(document->warnings.front().entry == "o");
    const auto again = read(written(document->tokens));
    REQUIRE(again.has_value());
    CHECK(same_tokens(again->tokens, document->tokens));
  }
  CHECK(written(one("o", "", "2020-10-02T15:00:00Z")) == "HP8007");
}

TEST_CASE("a legacy token is the whole text without white space around it") {
  const auto document = read(" \n\"abc\" #d\r\n");
  REQUIRE(document.has_value());
  CHECK(document->is_legacy_token);
  REQUIRE(document->tokens.at("*").size() == 1);
  CHECK(fixtures::text_of(document->tokens.at("*").front().value) == "\"abc\" #d");
}

TEST_CASE("no refusal quotes a document") {
  for (const std::string_view around :
       {"CANARY: x\n", "o: CANARY\n", "CANARY\nCANARY\n", "o:\n- value: !CANARY x\n", "[CANARY\n",
        "o:\n- value: \"CANARY\n", "o:\n- value: *CANARY\n", "o:\n- CANARY: x\n", "%CANARY\n",
        "o:\n- value: \"\\CANARY\"\n", "? {CANARY: x}\n: y\n", "o:\n- created_at: CANARY\n",
        "CANARY: []\nCANARY: []\n", "o:\n- value: !!int CANARY\n", "&CANARY\n", "CANARY: .inf\n",
        "o: [{value: a?CANARY}]\n", "CANARY\x01\n"}) {
    CAPTURE(around);
    const auto result = read(around);
    REQUIRE_FALSE(result.has_value());
    for (const Diagnostic& diagnostic : result.error().diagnostics) {
      const std::string all = diagnostic.message + diagnostic.hint + diagnostic.field +
                              diagnostic.entry + diagnostic.where.path;
      CHECK(all.find("CANARY") == std::string::npos);
    }
  }
}

TEST_CASE("a document looks as Prow writes it") {
  CHECK(written({}) == "{}\n");
  TokenMap tokens = one("o", "0123456789012345678901234567890123456789", "2020-10-02T15:00:00Z");
  tokens["o"].push_back({Secret::copy_of("abc"), {1'600'000'000, 120'000'000}, {}});
  tokens["*"];
  CHECK(written(tokens) ==
        "'*': []\n"
        "o:\n"
        "- created_at: \"2020-10-02T15:00:00Z\"\n"
        "  value: \"0123456789012345678901234567890123456789\"\n"
        "- created_at: \"2020-09-13T12:26:40.12Z\"\n"
        "  value: abc\n");
}

TEST_CASE("values and names are quoted like Prow's") {
  const auto value = [](std::string_view text) {
    const std::string document = written(one("o", text));
    const std::string before = "o:\n- created_at: \"0001-01-01T00:00:00Z\"\n  value: ";
    REQUIRE(document.starts_with(before));
    return document.substr(before.size(), document.size() - before.size() - 1);
  };
  CHECK(value("78e1") == "\"78e1\"");
  CHECK(value("1e12345678") == "1e12345678");
  CHECK(value("0e99999999999999999999") == "\"0e99999999999999999999\"");
  CHECK(value("1e-99999999999999999999") == "\"1e-99999999999999999999\"");
  CHECK(value("0b+1") == "\"0b+1\"");
  CHECK(value("0x1ffffffffffffffff") == "0x1ffffffffffffffff");
  CHECK(value(".5_0") == "\".5_0\"");
  CHECK(value(".5__0") == ".5__0");
  CHECK(value("2020-2-30") == "2020-2-30");
  CHECK(value("2020-2-29t1:2:3,5+24:00") == "\"2020-2-29t1:2:3,5+24:00\"");
  CHECK(value("a\tb\x7f\xF0\x9F\x98\x80") == "\"a\\tb\\x7F\\U0001F600\"");
  CHECK(value(" a\nb\n\n") == "|2+\n     a\n    b\n");
  CHECK(value("a \nb") == "\"a \\nb\"");
  const std::string name(129, 'n');
  CHECK(written(one(name, "x")) ==
        "? " + name + "\n: - created_at: \"0001-01-01T00:00:00Z\"\n    value: x\n");
  CHECK(written(one("a\nb", "x")) ==
        "? |-\n  a\n  b\n: - created_at: \"0001-01-01T00:00:00Z\"\n    value: x\n");
  // Where Prow's text would not be read back.
  CHECK(written(one("<<", "<<")).starts_with("\"<<\":\n"));
  CHECK(value("a\xE2\x80\xA8") == "\"a\\L\"");
}

TEST_CASE("the text of created_at stays if it still says the same") {
  const auto created = [](std::string_view text) {
    return created_text(*created_from_text(text), text);
  };
  CHECK(created("2020-10-02T15:00:00.1200+02:00") == "2020-10-02T15:00:00.12+02:00");
  CHECK(created("2020-10-02T15:00:00.000-00:00") == "2020-10-02T15:00:00Z");
  CHECK(created("2020-10-02T15:00:00.1234567891Z") == "2020-10-02T15:00:00.123456789Z");
  CHECK(created("0000-12-31T23:59:59Z") == "0000-12-31T23:59:59Z");
  CHECK(created("0000-02-29T00:00:00+01:00") == "0000-02-29T00:00:00+01:00");
  CHECK(created_text({0, 5}, "2020-10-02T15:00:00Z") == "1970-01-01T00:00:00.000000005Z");
  CHECK_FALSE(created_from_text("0001-02-29T00:00:00Z").has_value());
  CHECK_FALSE(created_from_text("0000-13-01T00:00:00Z").has_value());
}

TEST_CASE("tokens that are no text, or too many, are not written") {
  CHECK(written(one("o", "\xFF")) == "HP8007");
  CHECK(written(one("\xFF", "x")) == "HP8007");
  const std::string overhead = "o:\n- created_at: \"0001-01-01T00:00:00Z\"\n  value: \n";
  const std::size_t most = kMaxTokenDocumentBytes - overhead.size();
  CHECK(written(one("o", std::string(most, 'a'))).size() == kMaxTokenDocumentBytes);
  CHECK(written(one("o", std::string(most + 1, 'a'))) == "HP8005");
}

TEST_CASE("tokens come back from their document, and the document from them") {
  std::mt19937_64 random(20'261'122);
  for (int number = 0; number < 3'000; ++number) {
    const TokenMap tokens = fixtures::nasty_tokens(random);
    const auto document = kFormat.write(tokens);
    CAPTURE(number);
    REQUIRE(document.has_value());
    CAPTURE(fixtures::text_of(*document));
    const auto again = kFormat.read(*document, "secret");
    REQUIRE(again.has_value());
    REQUIRE_FALSE(again->is_legacy_token);
    REQUIRE(same_tokens(again->tokens, tokens));
    REQUIRE(written(again->tokens) == fixtures::text_of(*document));
  }
}

TEST_CASE("names have one order, even where no order is consistent") {
  CHECK(stands_before("repo2", "repo10"));
  CHECK(stands_before("repo10", "repo1a"));
  CHECK(stands_before("repo1a", "repo2"));
  CHECK(stands_before("*", "a"));
  CHECK(stands_before("Zed", "a"));
  CHECK(stands_before("o", "o/r"));
  CHECK_FALSE(stands_before("a", "a"));
  TokenMap tokens;
  for (const char* const name : {"repo10", "repo1a", "repo2", "*"}) tokens[name];
  const auto order = names_in_order(tokens);
  REQUIRE(order.size() == 4);
  for (std::size_t i = 1; i < order.size(); ++i) CHECK(stands_before(order[i - 1], order[i]));
}

TEST_CASE("the most specific entry decides, even if it has no token") {
  TokenMap tokens = one("*", "global");
  tokens.merge(one("org", "org"));
  tokens["org/empty"];
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "other/repo") ==
        &tokens.at("*"));
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "org/repo") ==
        &tokens.at("org"));
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "org") ==
        &tokens.at("org"));
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "Org") == &tokens.at("*"));
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "org/empty") ==
        &tokens.at("org/empty"));
  tokens.erase("*");
  CHECK(accepted_tokens(tokens, FallbackRule::organization_then_global, "other") == nullptr);
}

}  // namespace
}  // namespace hookplan
