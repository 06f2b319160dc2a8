// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/prow_reader.h"

#include <rapidjson/document.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/go_time.h"

namespace hookplan::oracle {
namespace {

using namespace std::string_literals;

constexpr char kZeroTime[] = "0001-01-01T00:00:00Z";
const std::string kGood = "2017-10-02T15:00:00Z";
// The smallest configuration with an entry; it reads as "o".
const std::string kOne = "managed_webhooks: {org_repo_config: {o: {}}}\n";

// "refused", or what is set: "legacy", "invite", "name" (zero time) and "name=time". The empty
// name shows as ''.
std::string describe(const ProwReading& reading) {
  if (!reading.accepted) return "refused";
  std::string out;
  const auto add = [&out](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
  if (reading.respect_legacy_global_token) add("legacy");
  if (reading.auto_accept_invitation) add("invite");
  for (const auto& [name, time] : reading.entries) {
    const std::string shown = name.empty() ? "''" : name;
    add(time == kZeroTime ? shown : shown + "=" + time);
  }
  return out;
}

struct Row {
  std::string input;
  std::string expected;
};

// All expectations were confirmed by running sigs.k8s.io/yaml on yaml.v2 under Go 1.19.
void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const ProwReading reading = read_like_prow(row.input);
    INFO(row.input);
    INFO(reading.error);
    CHECK(describe(reading) == row.expected);
    CHECK_FALSE(reading.ambiguous);
  }
}

std::string entries(const std::string& body) {
  return "managed_webhooks:\n  org_repo_config:\n" + body;
}

std::string utf16(std::string_view ascii, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) out.push_back('\0');
    out.push_back(c);
    if (!big_endian) out.push_back('\0');
  }
  return out;
}

}  // namespace

TEST_CASE("oracle: which part of the file counts") {
  check({
      {"", ""},
      {"\n# only a comment\n", ""},
      {"--- !!null ''\n", ""},
      {"[]", "refused"},
      {"text\n", "refused"},
      {"\xEF\xBB\xBF" + kOne, "o"},
      {utf16(kOne, false), "o"},
      {utf16(kOne, true), "o"},
      {utf16(kOne, false).substr(2), "refused"},
      {"---\n---\n" + kOne, ""},
      {kOne + "---\n\t\"\\q", "o"},
      {kOne + "--- \x01\n", "refused"},
      {kOne + "---\n#" + std::string(600, '-') + "\x01\n", "o"},
      {kOne + "...\n]]]\n", "o"},
      {kOne + "]\n", "refused"},
      {kOne + "%FOO\n", "refused"},
      {"%YAML 1.1\n---\n" + kOne, "o"},
      {"%YAML 1.2\n---\n" + kOne, "refused"},
      {"%FOO\n---\n" + kOne, "refused"},
      {"{}: x\n" + kOne, ""},
      {"{} }`\n" + kOne, ""},
      {"!x\n{} `\n", "refused"},
      {"!x\n{} }`\n" + kOne, ""},
      {"!x {}: x\n", "refused"},
      {"{a: b}: x\n", "refused"},
      {"# \x7F\n", "refused"},
      {"# \xC2\x85\n", ""},
      {"# \x85\n", "refused"},
      {"# \xED\xA0\x80\n", "refused"},
      {"# \xEF\xBF\xBE\n", "refused"},
      {"a: 1\n\xEF\xBB\xBF" + kOne, ""},
  });
}

TEST_CASE("oracle: lines, blanks and flow style") {
  const std::string invite = "managed_webhooks:\n  auto_accept_invitation:";
  check({
      {"a: 1\r" + kOne, "o"},
      {"a: 1\xC2\x85" + kOne, "o"},
      {"# c\xE2\x80\xA9" + kOne, "o"},
      {"# c\xE2\x80\xA8\tx\n", "refused"},
      {invite + "\ttrue\t# c\n", "invite"},
      {invite + " true# c\n", "refused"},
      {invite + " tr\n    ue\n", "refused"},
      {invite + " true\n respect_legacy_global_token: true\n", "refused"},
      {"managed_webhooks:\n\tauto_accept_invitation: true\n", "refused"},
      {"managed_webhooks:\n \t\n  auto_accept_invitation: true\n", "refused"},
      {"managed_webhooks:\nauto_accept_invitation: true\n", ""},
      {"managed_webhooks: {\nauto_accept_invitation: on\n}\n", "invite"},
      {"? managed_webhooks\n: auto_accept_invitation: on\n", "invite"},
      {"? |\n  managed_webhooks\n: 1\n", ""},
      {"{\"managed_webhooks\":{\"auto_accept_invitation\":on}}\n", "invite"},
      {"{managed_webhooks: {auto_accept_invitation:on}}\n", ""},
      {"{managed_webhooks:{auto_accept_invitation: on}}\n", "refused"},
      {"a: [b]#c\n", ""},
      {"a: 'b' c\n", "refused"},
      {"a: b: c\n", "refused"},
      {"a: 'x\n--- y'\n", "refused"},
      {"a: [b,,c]\n", "refused"},
      {"a: [b?c]\n", "refused"},
      {"a: [b:, {c:}]\n", ""},
      {"a: [!x,y z]\n", ""},
      {"a: \"\\'\"\n", ""},
      {"a: \"\\/\"\n", "refused"},
      {"a: \"\\ud83d\\ude00\"\n", "refused"},
      {"a: @x\n", "refused"},
  });
}

TEST_CASE("oracle: keys become text") {
  const auto key = [](const std::string& text) { return entries("    " + text + ": {}\n"); };
  const std::string long_key(1024, 'x');
  check({
      {key("y"), "true"},
      {key("NO"), "false"},
      {key("tRUE"), "tRUE"},
      {key("012"), "10"},
      {key("089"), "89"},
      {key("0o17"), "15"},
      {key("0b-1"), "-1"},
      {key("1_000"), "1000"},
      {key("_1"), "_1"},
      {key("-0"), "0"},
      {key("-0.0"), "-0"},
      {key("1e6"), "1e+06"},
      {key("1e400"), "1e400"},
      {key("123456789.0"), "1.2345679e+08"},
      {key(".5_0"), "0.5"},
      {key(".inf"), ".inf"},
      {key("9223372036854775808"), "refused"},
      {key("18446744073709551616"), "1.8446744e+19"},
      {key("~"), "refused"},
      {key("''"), "''"},
      {key("[a]"), "refused"},
      {key("12:30:45"), "12:30:45"},
      {key("2001-01-01"), "2001-01-01"},
      {key("!!str 012"), "012"},
      {key("!!int '012'"), "10"},
      {key("!!bool x"), "refused"},
      {key("!foo 012"), "012"},
      {key("!!binary b3Jn"), "org"},
      {key("!!binary gA=="), "\xEF\xBF\xBD"},
      {key("a#b"), "a#b"},
      {key("-"), "-"},
      {key("*"), "refused"},
      {key(long_key), long_key},
      {key(long_key + "x"), "refused"},
      {entries("    o: {token_created_after: " + kGood + "}\n    o: {}\n"), "o"},
  });
  CHECK(read_like_prow(entries("    1: {}\n    1.0: {}\n")).ambiguous);
}

TEST_CASE("oracle: fields, types and values that cannot become JSON") {
  check({
      {"MANAGED_WEBHOOKS: {Auto_Accept_Invitation: on}\n", "invite"},
      {"managed_webhook\xC5\xBF: {org_repo_config: {o: {to\xE2\x84\xAA"
       "en_created_after: " +
           kGood + "}}}\n",
       "o=" + kGood},
      {kOne + "Managed_Webhooks: {org_repo_config: {a: {}}}\n", "a o"},
      {kOne +
           "Managed_Webhooks: {org_repo_config: {a: {}}}\nmanaged_Webhooks: {org_repo_config: ~}\n",
       "o"},
      {kOne + "managed_webhooks: {auto_accept_invitation: on}\n", "invite"},
      {"managed_webhooks: []\n", "refused"},
      {"managed_webhooks: ''\n", "refused"},
      {"managed_webhooks: {org_repo_config: []}\n", "refused"},
      {"managed_webhooks: {org_repo_config: {o: ''}}\n", "refused"},
      {"managed_webhooks: {auto_accept_invitation: 'on'}\n", "refused"},
      {"managed_webhooks: {auto_accept_invitation: 1}\n", "refused"},
      {"managed_webhooks: {auto_accept_invitation: ! on}\n", "refused"},
      {"managed_webhooks: !!str {auto_accept_invitation: on}\n", "invite"},
      {"managed_webhooks: {auto_accept_invitations: 7, x: [~]}\n", ""},
      {"a: [-.inf]\n", "refused"},
      {"a: .inf\na: 1\n", ""},
      {"a: {~: b}\n", "refused"},
      {"a: !!int x\na: 1\n", "refused"},
      {"a: !!binary '*'\n", "refused"},
  });
}

TEST_CASE("oracle: anchors and merge keys") {
  const std::string other = "2018-01-01T00:00:00Z";
  const std::string anchor = "t: &t {token_created_after: " + kGood + "}\n";
  check({
      {"a: *x\nb: &x 1\n", "refused"},
      {"a: &x [*x]\n", "refused"},
      {"a: &x {<<: *x}\n", "refused"},
      {"a: &x 1\nb: &x 2\n*x : 3\n", ""},
      {"a: &a &b c\n", "refused"},
      {anchor + entries("    o: {<<: *t, token_created_after: " + other + "}\n"), "o=" + other},
      // Unlike in the YAML specification a merge key replaces what stands before it.
      {anchor + entries("    o: {token_created_after: " + other + ", <<: *t}\n"), "o=" + kGood},
      {anchor + entries("    o: {<<: [{token_created_after: " + other + "}, *t]}\n"), "o=" + other},
      {entries("    <<: {o: {}}\n"), "o"},
      {entries("    '<<': {}\n"), "<<"},
      {entries("    ! '<<': {o: {}}\n"), "o"},
      {entries("    !!str <<: {}\n"), "<<"},
      {"a: {<<: ~}\n", "refused"},
      {"a: {<<: []}\n", ""},
      {"b: &b [{}]\na: {<<: *b}\n", "refused"},
  });
}

TEST_CASE("oracle: times") {
  const auto at = [](const std::string& text) {
    return entries("    o:\n      token_created_after: " + text + "\n");
  };
  check({
      {at("''"), "refused"},
      {at("~"), "o"},
      {at("! " + kGood), "o=" + kGood},
      {at("!!binary MjAxNy0xMC0wMlQxNTowMDowMFo="), "o=" + kGood},
      {at("!!timestamp 2017-10-2"), "refused"},
      {at("2017-10-02T15:00:00.1234567899Z"), "o=2017-10-02T15:00:00.123456789Z"},
      {at("2017-10-02T15:00:00,120Z"), "o=2017-10-02T15:00:00.12Z"},
      {at("2017-10-02T15:00:00.Z"), "refused"},
      {at("2017-10-02T15:00:.5Z"), "o=2017-10-02T15:00:00.5Z"},
      {at("2017-10-02T5:00:00Z"), "o=2017-10-02T05:00:00Z"},
      {at("2017-10-2T15:00:00Z"), "refused"},
      {at("2017-10-02t15:00:00Z"), "refused"},
      {at("2017-10-02T15:00:00z"), "refused"},
      {at("2017-10-02T24:00:00Z"), "refused"},
      {at("1900-02-29T00:00:00Z"), "refused"},
      {at("2000-02-29T00:00:00Z"), "o=2000-02-29T00:00:00Z"},
      {at("2017-10-02T15:00:00-99:99"), "o=2017-10-06T19:39:00Z"},
      {at("2017-10-02T15:00:00+-1:+5"), "o=2017-10-02T15:55:00Z"},
      {at("2017-10-02T15:00:00+0200"), "refused"},
      {at("0001-01-01T00:00:00+00:01"), "o=0000-12-31T23:59:00Z"},
      {at("9999-12-31T23:59:59-00:01"), "o=10000-01-01T00:00:59Z"},
      {at("\"2017-10-02\\\n        T15:00:00Z\""), "o=" + kGood},
      {at(kGood + "#c"), "refused"},
      {at(">-\n        " + kGood), "o=" + kGood},
      {at("|\n        " + kGood), "refused"},
      {at("0x7E1"), "refused"},
  });
}

TEST_CASE("oracle: presence of the section") {
  CHECK_FALSE(read_like_prow("a: 1\n").section_present);
  CHECK(read_like_prow("managed_webhooks:\n").section_present);
  CHECK(read_like_prow("Managed_webhooks: {}\n").section_present);
}

TEST_CASE("oracle: hostile input ends soon") {
  std::string bomb = "a0: &a0 x\n";
  for (int i = 1; i < 100; ++i) {
    const std::string n = std::to_string(i);
    bomb += "a" + n + ": &a" + n + " [";
    for (int k = 0; k < 10; ++k) bomb += "*a" + std::to_string(i - 1) + ",";
    bomb += "]\n";
  }
  std::string dense = "a: [";
  for (int i = 0; i < 20000; ++i) dense += "x:,";
  const std::clock_t begin = std::clock();  // of the processor: the machine may be busy
  check({
      {bomb, "refused"},
      {"a: " + std::string(9999, '[') + std::string(9999, ']'), ""},
      {"a: " + std::string(10000, '[') + std::string(10000, ']'), "refused"},
      {std::string(100000, '{'), "refused"},
      {dense + "]", "refused"},  // Prow would accept; the oracle gives up
  });
  CHECK(std::clock() - begin < 20 * CLOCKS_PER_SEC);
}

TEST_CASE("oracle: golden data") {
  const char* shared = std::getenv("HOOKPLAN_SHARED");
  std::ifstream file(shared == nullptr ? "" : shared + "/golden/prow/config_decode.jsonl"s);
  if (!file) {
    WARN("skipped: HOOKPLAN_SHARED is not set or holds no golden/prow/config_decode.jsonl");
    return;
  }
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    rapidjson::Document record;
    record.Parse(line.data(), line.size());
    REQUIRE(record.IsObject());
    const auto& input = record["in"];
    INFO(record["name"].GetString());
    const ProwReading reading = read_like_prow({input.GetString(), input.GetStringLength()});
    INFO(reading.error);
    REQUIRE(reading.accepted == record["ok"].GetBool());
    if (!reading.accepted) continue;
    const auto& out = record["out"];
    CHECK(reading.respect_legacy_global_token == out["respect_legacy_global_token"].GetBool());
    CHECK(reading.auto_accept_invitation == out["auto_accept_invitation"].GetBool());
    std::map<std::string, std::string> expected;
    if (out.HasMember("org_repo_config")) {
      for (const auto& entry : out["org_repo_config"].GetObject()) {
        const auto time = parse_json_time(entry.value["token_created_after"].GetString());
        REQUIRE(time.has_value());
        expected[entry.name.GetString()] = format_utc(*time);
      }
    }
    CHECK(reading.entries == expected);
  }
  CHECK(cases > 30);
}

}  // namespace hookplan::oracle
