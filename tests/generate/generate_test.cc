// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/generate/config_model.h"
#include "tests/generate/config_text.h"
#include "tests/generate/large_repository.h"
#include "tests/generate/yaml_scalar.h"

// Of the generator only what can be told without reading YAML: whether the texts mean what they
// should is the subject of the tests that use it.
namespace hookplan::generate {
namespace {

constexpr std::size_t kRounds = 400;

bool has_collision(const ConfigModel& model) {
  std::set<std::string> folded;
  std::set<std::string> alone;
  std::set<std::string> with_repositories;
  for (const auto& [name, instant] : model.entries) {
    if (!folded.insert(lower_cased(name)).second) return true;
    const bool whole = name.find('/') == std::string::npos;
    (whole ? alone : with_repositories).insert(folded_owner(name));
  }
  return std::ranges::any_of(
      alone, [&](const std::string& owner) { return with_repositories.contains(owner); });
}

bool is_valid(const ConfigModel& model) {
  return !has_collision(model) && std::ranges::all_of(model.entries, [](const auto& entry) {
    return is_entry_name(entry.first) && entry.second >= kFirstInstant &&
           entry.second <= kLastInstant;
  });
}

// The changes of the entries as the two models show them.
std::vector<ExpectedChange> compared(const ConfigModel& before, const ConfigModel& after) {
  std::map<std::string, ExpectedKind> kinds;
  for (const auto& [name, instant] : before.entries) {
    const auto found = after.entries.find(name);
    if (found == after.entries.end()) {
      kinds[name] = ExpectedKind::remove;
    } else if (found->second != instant) {
      kinds[name] = found->second > instant ? ExpectedKind::rotate : ExpectedKind::relax;
    }
  }
  for (const auto& [name, instant] : after.entries) {
    if (!before.entries.contains(name)) kinds[name] = ExpectedKind::onboard;
  }
  std::vector<ExpectedChange> changes;
  for (const auto& [name, kind] : kinds) changes.push_back({kind, name});
  return changes;
}

bool has_lone_carriage_return(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
  }
  return false;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// name -> instant, from the lines of a large config.
std::vector<std::pair<std::string, std::string>> large_entries(const std::string& config) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::size_t at = config.find("  org_repo_config:\n");
  REQUIRE(at != std::string::npos);
  at = config.find('\n', at) + 1;
  while (config.compare(at, 4, "    ") == 0) {
    const std::size_t name_end = config.find(":\n", at);
    const std::size_t instant = config.find(": ", name_end) + 2;
    const std::size_t end = config.find('\n', instant);
    entries.emplace_back(config.substr(at + 4, name_end - at - 4),
                         config.substr(instant, end - instant));
    at = end + 1;
  }
  return entries;
}

TEST_CASE("names follow the grammar of GitHub", "[generate]") {
  CHECK(is_entry_name("kubernetes"));
  CHECK(is_entry_name("a-b-c/.github"));
  CHECK(is_entry_name("007/..."));
  CHECK(is_entry_name(std::string(39, 'a') + '/' + std::string(100, '_')));
  for (const char* wrong : {"", "-a", "a-", "a--b", "a.b", "a_b", "a/", "/b", "a/.", "a/..",
                            "a/b/c", "a/b c", "\xC3\xA9"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_entry_name(wrong));
  }
  CHECK_FALSE(is_entry_name(std::string(40, 'a')));
  CHECK_FALSE(is_entry_name("a/" + std::string(101, 'b')));
}

TEST_CASE("a random model is valid and as large as asked for", "[generate]") {
  std::mt19937_64 random(1);
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::size_t size = round % 40;
    const ConfigModel model = random_model(random, size);
    CHECK(model.entries.size() == size);
    CHECK(is_valid(model));
  }
}

TEST_CASE("a random change is exactly what it reports", "[generate]") {
  std::mt19937_64 random(2);
  std::set<std::size_t> sizes;
  std::set<ExpectedKind> kinds;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const ConfigModel before = random_model(random, round % 12);
    const Mutation mutation = random_change(before, random);
    const ConfigModel& after = mutation.after;
    CHECK(is_valid(after));
    CHECK(mutation.changes == compared(before, after));
    CHECK(mutation.respect_changed ==
          (before.respect_legacy_global_token != after.respect_legacy_global_token));
    CHECK(mutation.invite_changed ==
          (before.auto_accept_invitation != after.auto_accept_invitation));
    const bool reported =
        !mutation.changes.empty() || mutation.respect_changed || mutation.invite_changed;
    CHECK((before != after) == reported);

    // All names before and the new ones together are free of collisions, too.
    ConfigModel both = before;
    both.entries.insert(after.entries.begin(), after.entries.end());
    CHECK_FALSE(has_collision(both));
    sizes.insert(mutation.changes.size());
    for (const ExpectedChange& change : mutation.changes) kinds.insert(change.kind);
  }
  CHECK(sizes == std::set<std::size_t>{0, 1, 2, 3, 4, 5});
  CHECK(kinds.size() == 4);
}

TEST_CASE("a seed gives the same again", "[generate]") {
  std::mt19937_64 first(3);
  std::mt19937_64 second(3);
  std::set<std::string> texts;
  const ConfigModel model = random_model(first, 8);
  CHECK(model == random_model(second, 8));
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::string text = write_in_random_style(model, first);
    CHECK(text == write_in_random_style(model, second));
    texts.insert(text);
  }
  CHECK(texts.size() == kRounds);
}

TEST_CASE("a text has none of the characters that are excluded", "[generate]") {
  std::mt19937_64 random(4);
  std::size_t with_crlf = 0;
  std::size_t with_mark = 0;
  std::size_t unfinished = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const ConfigModel model = random_model(random, round % 10);
    const std::string text = write_in_random_style(model, random);
    CAPTURE(text);
    CHECK(std::ranges::none_of(text, [](char c) {
      const auto value = static_cast<unsigned char>(c);
      return (value < 0x20 && c != '\n' && c != '\r') || value == 0x7F;
    }));
    CHECK_FALSE(has_lone_carriage_return(text));
    for (const char* excluded : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
      CHECK(text.find(excluded) == std::string::npos);
    }
    const std::size_t crlf = count_of(text, "\r\n");
    CHECK((crlf == 0 || crlf == count_of(text, "\n")));  // one kind of line end per text
    CHECK(text.find("\xEF\xBB\xBF", 1) == std::string::npos);
    with_crlf += crlf == 0 ? 0 : 1;
    with_mark += text.starts_with("\xEF\xBB\xBF") ? 1 : 0;
    unfinished += text.ends_with('\n') ? 0 : 1;
  }
  CHECK(with_crlf > 0);
  CHECK(with_mark > 0);
  CHECK(unfinished > 0);
}

TEST_CASE("bare text is none that YAML 1.1 reads as another type", "[generate]") {
  for (const char* typed : {"", "on", "YES", "n", "True", "null", "~", "1e3", "007", "123", "0x1F",
                            "0b101", "0o17", "2020-01-01", "12:30:45", "1-2", "-1", ".5"}) {
    CAPTURE(typed);
    ScalarPlace value;
    CHECK_FALSE(may_be_plain(typed, value));
  }
  ScalarPlace key;
  key.key = true;
  CHECK(may_be_plain("123", key));
  CHECK(may_be_plain("0", key));
  CHECK_FALSE(may_be_plain("007", key));
  CHECK_FALSE(may_be_plain("9223372036854775808", key));
  CHECK(may_be_plain("kubernetes/test-infra", key));
  CHECK(may_be_plain("007/api", key));
  ScalarPlace flow;
  flow.flow = true;
  CHECK(may_be_plain("2019-05-06T07:00:00+02:00", flow));
  CHECK_FALSE(may_be_plain("a,b", flow));
  CHECK_FALSE(may_be_plain("a: b", flow));
  CHECK_FALSE(may_be_plain("a #b", flow));
}

TEST_CASE("an instant is spelled in RFC 3339", "[generate]") {
  std::mt19937_64 random(5);
  std::set<std::string> spellings;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::string text = spell_instant(1'557'126'000, random);
    CAPTURE(text);
    CHECK(text.size() >= 20);
    CHECK(text[10] == 'T');
    CHECK((text.back() == 'Z' || text[text.size() - 3] == ':'));
    spellings.insert(text);
  }
  CHECK(spellings.contains("2019-05-06T07:00:00Z"));
  CHECK(spellings.size() > 50);
}

TEST_CASE("a large config is sorted and of the size promised", "[generate]") {
  const std::string config = large_config(5'000, 1);
  CHECK(config == large_config(5'000, 1));
  CHECK(config != large_config(5'000, 2));
  CHECK(config.size() > 80 * 5'000);
  CHECK(config.size() < 90 * 5'000);
  const auto entries = large_entries(config);
  REQUIRE(entries.size() == 5'000);
  ConfigModel model;
  std::size_t whole = 0;
  for (const auto& [name, instant] : entries) {
    CHECK(is_entry_name(name));
    model.entries[name] = 0;
    whole += name.find('/') == std::string::npos ? 1 : 0;
  }
  CHECK(std::ranges::is_sorted(entries));
  CHECK(model.entries.size() == entries.size());
  CHECK_FALSE(has_collision(model));
  CHECK(whole == 150);
}

TEST_CASE("a changed config differs as often as asked for", "[generate]") {
  const std::string config = large_config(2'000, 1);
  const std::string changed = changed_config(config, 100, 7);
  CHECK(changed == changed_config(config, 100, 7));
  CHECK(config == changed_config(config, 0, 7));
  const auto before = large_entries(config);
  const auto after = large_entries(changed);
  CHECK(std::ranges::is_sorted(after));

  const std::map<std::string, std::string> old(before.begin(), before.end());
  ConfigModel model;
  std::size_t kept = 0;
  std::size_t rotated = 0;
  for (const auto& [name, instant] : after) {
    model.entries[name] = 0;
    const auto found = old.find(name);
    if (found == old.end()) continue;
    ++kept;
    if (found->second == instant) continue;
    ++rotated;
    CHECK(found->second < instant);  // all in UTC and in the same form
  }
  CHECK(rotated == 40);
  CHECK(before.size() - kept == 30);
  CHECK(after.size() - kept == 30);
  CHECK_FALSE(has_collision(model));
}

}  // namespace
}  // namespace hookplan::generate
