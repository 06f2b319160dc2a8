// SPDX-License-Identifier: Apache-2.0
// What Prow's own code writes and reads, against ours: the same bytes, and the same tokens or a
// refusal. What we do with each document that Prow reads is listed in
// testdata/tokens/documents.jsonl.
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "plugins/prow/created_text.h"
#include "plugins/prow/key_order.h"
#include "plugins/prow/token_document.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/tokens.h"

namespace hookplan {
namespace {

// Calls `check` with every record of a file of the reference; false if the file is absent.
bool for_each_record(const std::string& name, const std::function<void(const JsonValue&)>& check) {
  const std::string path = std::string(HOOKPLAN_SHARED) + "/golden/prow/" + name;
  if (!std::filesystem::exists(path)) {
    WARN("skipped: " << path << " is absent");
    return false;
  }
  std::istringstream lines(fixtures::content_of(path));
  for (std::string line; std::getline(lines, line);) {
    const Result<JsonValue> record = parse_json(line, path, "a record", Code::internal_error);
    REQUIRE(record.has_value());
    check(*record);
  }
  return true;
}

TokenMap tokens_of(const JsonValue& object) {
  TokenMap tokens;
  for (const auto& [entry, list] : object.members) {
    TokenList& into = tokens[entry];
    for (const JsonValue& token : list.items) {
      const std::string& text = token.find("created_at")->string;
      const auto created = created_from_text(text);
      REQUIRE(created.has_value());
      into.push_back({Secret::copy_of(token.find("value")->string), *created, text});
    }
  }
  return tokens;
}

// As they are read: a date makes no token fresh that protects nothing. Whether there was one.
bool forget_dates_of_blanks(TokenMap& tokens) {
  bool any = false;
  for (auto& [entry, list] : tokens) {
    for (Token& token : list) {
      if (!protects_nothing(token)) continue;
      token.created = kZeroInstant;
      any = true;
    }
  }
  return any;
}

TEST_CASE("tokens are written with the very bytes of Prow, and read back from them") {
  const ProwTokenFormat format;
  std::size_t cases = 0;
  const bool present = for_each_record("secret_encode.jsonl", [&](const JsonValue& record) {
    ++cases;
    CAPTURE(record.find("name")->string);
    TokenMap tokens = tokens_of(*record.find("in"));
    const Result<Secret> written = format.write(tokens);
    if (forget_dates_of_blanks(tokens)) {
      // Read below, but never made.
      CHECK_FALSE(written.has_value());
    } else {
      REQUIRE(written.has_value());
      CHECK(fixtures::text_of(*written) == record.find("out")->string);
    }
    const auto read = format.read(Secret::copy_of(record.find("out")->string), "secret");
    REQUIRE(read.has_value());
    CHECK_FALSE(read->is_legacy_token);
    CHECK(same_tokens(read->tokens, tokens));
  });
  CHECK((!present || cases > 300));
}

TEST_CASE("a document means what Prow reads in it, or it is refused") {
  const ProwTokenFormat format;
  std::map<std::string, fixtures::DocumentCase> decisions;
  const std::string listed = std::string(HOOKPLAN_SOURCE) + "/testdata/tokens/documents.jsonl";
  for (auto& decision : fixtures::document_cases(listed)) decisions[decision.name] = decision;
  std::size_t cases = 0;
  const bool present = for_each_record("secret_decode.jsonl", [&](const JsonValue& record) {
    ++cases;
    const std::string& name = record.find("name")->string;
    const std::string& text = record.find("in")->string;
    CAPTURE(name, text);
    const auto decision = decisions.find(name);
    REQUIRE(decision != decisions.end());
    CHECK(decision->second.text == text);
    const auto read = format.read(Secret::copy_of(text), "secret");
    CHECK(fixtures::outcome_of(read) == decision->second.outcome);
    if (!read) return;
    if (read->is_legacy_token) {
      REQUIRE_FALSE(record.find("ok")->boolean);  // Prow takes it for a token for this very reason
      const TokenList& global = read->tokens.at(std::string(kGlobalEntry));
      REQUIRE(global.size() == 1);
      CHECK(fixtures::text_of(global.front().value) ==
            text.substr(0, text.find_last_not_of('\n') + 1));
      CHECK(global.front().created == kZeroInstant);
      return;
    }
    REQUIRE(record.find("ok")->boolean);
    CHECK(same_tokens(read->tokens, tokens_of(*record.find("map_after"))));
  });
  CHECK((!present || cases > 40));
}

TEST_CASE("names stand in Prow's order where that is one") {
  std::size_t stable = 0;
  const bool present = for_each_record("key_order.jsonl", [&](const JsonValue& record) {
    const bool is_stable = record.find("stable")->boolean;
    const JsonValue& names = *record.find(is_stable ? "sorted" : "keys");
    TokenMap tokens;
    for (const JsonValue& name : names.items) tokens[name.string];
    const auto order = names_in_order(tokens);
    REQUIRE(order.size() == names.items.size());
    for (std::size_t i = 1; i < order.size(); ++i) {
      CAPTURE(order[i - 1], order[i]);
      CHECK(stands_before(order[i - 1], order[i]));
    }
    if (!is_stable) return;
    ++stable;
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == names.items[i].string);
  });
  CHECK((!present || stable > 15));
}

}  // namespace
}  // namespace hookplan
