// SPDX-License-Identifier: Apache-2.0
// What Prow's own code reads, against what we read: the same meaning, or a refusal that is listed.
#include <filesystem>
#include <map>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/json.h"
#include "core/config/read_config.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

// Where we refuse what Prow accepts. FORMAT.md says why; a test below checks that it does.
const std::map<std::string, Code> kStricter = {
    {"one-digit hour", Code::bad_timestamp},
    {"offset +24:00", Code::bad_timestamp},
    {"offset +02:60", Code::bad_timestamp},
    {"dup key last wins", Code::duplicate_key},
    {"anchors and merge", Code::indirection_in_section},
    {"non-string keys", Code::bare_key_changes},
    {"multi-document", Code::several_documents},
};

std::string reference(const std::string& name) {
  return std::string(HOOKPLAN_SHARED) + "/golden/prow/" + name;
}

void require_same_meaning(const Snapshot& snapshot, const JsonValue& expected) {
  REQUIRE(snapshot.respect_legacy_global_token.value ==
          expected.find("respect_legacy_global_token")->boolean);
  REQUIRE(snapshot.auto_accept_invitation.value ==
          expected.find("auto_accept_invitation")->boolean);
  const JsonValue* const entries = expected.find("org_repo_config");
  REQUIRE(snapshot.entries.size() == (entries == nullptr ? 0 : entries->members.size()));
  for (const Entry& entry : snapshot.entries) {
    CAPTURE(entry.name);
    const JsonValue* const wanted = entries->find(entry.name);
    REQUIRE(wanted != nullptr);
    const auto instant = instant_from_rfc3339(wanted->find("token_created_after")->string);
    REQUIRE(instant.has_value());
    REQUIRE(entry.token_created_after == *instant);
  }
}

TEST_CASE("configs mean what Prow's own code reads in them") {
  const std::string path = reference("config_decode.jsonl");
  if (!std::filesystem::exists(path)) {
    WARN("skipped: " << path << " is absent");
    return;
  }
  std::istringstream lines(fixtures::content_of(path));
  std::size_t cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    const Result<JsonValue> record = parse_json(line, path, "a record", Code::internal_error);
    REQUIRE(record.has_value());
    const std::string& name = record->find("name")->string;
    const std::string& text = record->find("in")->string;
    CAPTURE(name, text);
    const Result<Snapshot> snapshot = read_config(text, "config.yaml");
    if (!record->find("ok")->boolean) {
      REQUIRE_FALSE(snapshot.has_value());
      continue;
    }
    if (const auto stricter = kStricter.find(name); stricter != kStricter.end()) {
      REQUIRE_FALSE(snapshot.has_value());
      REQUIRE(snapshot.error().first().code == stricter->second);
      continue;
    }
    REQUIRE(snapshot.has_value());
    require_same_meaning(*snapshot, *record->find("out"));
  }
  REQUIRE(cases > 30);
}

TEST_CASE("every refusal of what Prow accepts is listed with its reason") {
  const std::string format =
      fixtures::content_of(std::string(HOOKPLAN_SOURCE) + "/core/config/FORMAT.md");
  for (const auto& [name, code] : kStricter) {
    CAPTURE(name);
    CHECK(format.find(to_string(code)) != std::string::npos);
  }
}

}  // namespace
}  // namespace hookplan
