// SPDX-License-Identifier: Apache-2.0
// Our reader against the oracle: what we accept, Prow accepts with the same meaning; what Prow
// refuses, we refuse. HOOKPLAN_DIFFERENTIAL_CASES asks for more cases than a run of the tests has
// time for.
#include <cstdlib>
#include <random>
#include <string>

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
std::string disagreement(const std::string& text) {
  const Result<Snapshot> ours = read_config(text, "config.yaml");
  if (!ours) return {};
  const ProwReading prow = oracle::read_like_prow(text);
  if (prow.ambiguous) return {};
  if (!prow.accepted) return "Prow refuses: " + prow.error;
  if (meaning_of(*ours) != prow.entries) return "other entries";
  if (ours->respect_legacy_global_token.value != prow.respect_legacy_global_token) return "respect";
  if (ours->auto_accept_invitation.value != prow.auto_accept_invitation) return "accept";
  return {};
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

}  // namespace
}  // namespace hookplan
