// SPDX-License-Identifier: Apache-2.0
// Our reader against the oracle: what we accept, Prow accepts with the same meaning; what Prow
// refuses, we refuse. HOOKPLAN_DIFFERENTIAL_CASES asks for more cases than a run of the tests has
// time for.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/config/read_config.h"
#include "tests/generate/config_model.h"
#include "tests/generate/config_text.h"
#include "tests/oracle/nasty_text.h"
#include "tests/oracle/prow_reader.h"

namespace hookplan {
namespace {

using oracle::ProwReading;

int cases(int otherwise) {
  const char* const asked = std::getenv("HOOKPLAN_DIFFERENTIAL_CASES");
  return asked == nullptr ? otherwise : std::atoi(asked);
}

std::map<std::string, std::string> meaning_of(const Snapshot& snapshot) {
  std::map<std::string, std::string> entries;
  for (const Entry& entry : snapshot.entries)
    entries[entry.name] = to_rfc3339(entry.token_created_after);
  return entries;
}

// Empty if the readers agree, or if we are the stricter one.
std::string disagreement_of(const Result<Snapshot>& ours, const std::string& text) {
  if (!ours) return {};
  const ProwReading prow = oracle::read_like_prow(text);
  if (prow.ambiguous) return {};
  if (!prow.accepted) return "Prow refuses: " + prow.error;
  if (meaning_of(*ours) != prow.entries) return "other entries";
  if (ours->respect_legacy_global_token.value != prow.respect_legacy_global_token) return "respect";
  if (ours->auto_accept_invitation.value != prow.auto_accept_invitation) return "accept";
  return {};
}

// Of a config that is proposed, and of one that is history.
std::string disagreement(const std::string& text) {
  const Result<Snapshot> present = read_config(text, "config.yaml");
  const Result<Snapshot> past = read_past_config(text, "config.yaml");
  if (present && !past) return "refused only once it is history";
  const std::string now = disagreement_of(present, text);
  return now.empty() ? disagreement_of(past, text) : now;
}

TEST_CASE("Prow reads valid configs in any style as we do") {
  std::mt19937_64 random(11);
  for (int number = 0; number < cases(3'000); ++number) {
    const generate::ConfigModel model = generate::random_model(random, random() % 8);
    const std::string text = generate::write_in_random_style(model, random);
    CAPTURE(number, text);
    REQUIRE(read_config(text, "config.yaml").has_value());
    CHECK(disagreement(text) == "");
  }
}

TEST_CASE("what we accept of damaged configs, Prow accepts with the same meaning") {
  std::mt19937_64 random(12);
  for (int number = 0; number < cases(20'000); ++number) {
    const generate::ConfigModel model = generate::random_model(random, random() % 4);
    const std::string text =
        oracle::made_nasty(generate::write_in_random_style(model, random), random);
    CAPTURE(number, text);
    CHECK(disagreement(text) == "");
  }
}

TEST_CASE("what we accept of nasty documents, Prow accepts with the same meaning") {
  std::mt19937_64 random(13);
  for (int number = 0; number < cases(60'000); ++number) {
    const std::string text = oracle::nasty_document(random);
    CAPTURE(number, text);
    CHECK(disagreement(text) == "");
  }
}

// Mistakes that Prow passes over, each at a random place, several in one config.
TEST_CASE("what Prow passes over is read as Prow reads it once it is history") {
  const std::vector<std::string> mistakes = {
      "managed_webhooks: {org_repo_config: {a/b: {token_created_after: 2020-02-02T00:00:00Z}}}\n",
      "managed_webhooks:\n",
      "managed_webhooks:\n  respect_legacy_global_token: true\n",
      "  org_repo_config: {only/one: {}}\n",
      "  org_repo_config:\n",
      "  respect_legacy_global_tokens: true\n",
      "  respect_legacy_global_token: false\n",
      "  auto_accept_invitations: {deep: [1, 2]}\n",
      "    a/b: {token_create_after: 2021-01-01T00:00:00Z}\n",
      "    a/b: {token_created_after: 2021-01-01T00:00:00Z, token_created_after: 2022-02-02T00:00:00Z}\n",
      "    a/b: {token_created_after: 2021-01-01T00:00:00Z, token_created_after: null}\n",
      "    \"a/b\":\n",
      "    on: {token_created_after: 2021-01-01T00:00:00Z}\n",
      "    No: {}\n",
      "    y: {unknown: 1}\n",
  };
  const std::vector<std::string> lines = {
      "managed_webhooks:\n", "  respect_legacy_global_token: yes\n", "  org_repo_config:\n",
      "    a/b: {token_created_after: 2020-01-01T00:00:00Z}\n", "    c: {}\n"};
  std::mt19937_64 random(14);
  int read_in_past_only = 0;
  for (int number = 0; number < cases(5'000); ++number) {
    std::vector<std::string> text = lines;
    for (std::size_t count = 1 + random() % 3; count > 0; --count) {
      const auto at = static_cast<std::ptrdiff_t>(random() % (text.size() + 1));
      text.insert(text.begin() + at, mistakes[random() % mistakes.size()]);
    }
    std::string whole;
    for (const std::string& line : text) whole += line;
    CAPTURE(number, whole);
    CHECK(disagreement(whole) == "");
    if (!read_config(whole, "config.yaml") && read_past_config(whole, "config.yaml"))
      ++read_in_past_only;
  }
  CHECK(read_in_past_only > cases(5'000) / 5);
}

}  // namespace
}  // namespace hookplan
