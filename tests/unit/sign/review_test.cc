// SPDX-License-Identifier: Apache-2.0
#include "core/sign/review.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/plan/make_plan.h"
#include "core/sign/verify.h"
#include "tests/fixtures/plans.h"
#include "tests/fixtures/signing.h"

namespace hookplan::review_test {
namespace {

using fixtures::kNow;
using fixtures::signed_by;
using State = GivenReview::State;

constexpr std::int64_t kAliceAccount = 583231;
constexpr std::int64_t kBobAccount = 1024025;

struct Signers {
  PrivateKey ci = PrivateKey::generate(KeyType::ed25519);
  PrivateKey alice = PrivateKey::generate(KeyType::ed25519);
  PrivateKey alice_too = PrivateKey::generate(KeyType::ed25519);
};

const Signers& signers() {
  static const Signers kAll;
  return kAll;
}

std::string policy_text(int threshold) {
  return "  keys:\n" + fixtures::key_yaml("ci", signers().ci.public_key()) +
         fixtures::key_yaml("alice", signers().alice.public_key()) +
         fixtures::key_yaml("alice-too", signers().alice_too.public_key(), "owner: Alice") +
         "  owners:\n"
         "    alice: {github: {login: alice, id: 583231}}\n"
         "    bob: {github: {login: bob, id: 1024025}}\n"
         "  roles:\n"
         "    planner: {keys: [ci]}\n"
         "    approver: {keys: [alice, alice-too], owners: [bob], threshold: " +
         std::to_string(threshold) +
         "}\n"
         "  review: {role: approver}\n";
}

Policy policy(int threshold = 1) { return fixtures::policy_from(policy_text(threshold)); }

Plan other_plan() {
  Plan plan = fixtures::plan_of(
      fixtures::config_with("    foo/bar: {token_created_after: 2018-10-02T15:00:00Z}\n"),
      fixtures::config_with("    foo/bar: {token_created_after: 2019-10-02T15:00:00Z}\n"));
  plan.validity = Validity{kNow, {kNow.seconds + 86'400, 0}};
  return plan;
}

GivenReview review(std::int64_t account, State state, const Plan& plan = fixtures::valid_plan()) {
  return {account, "somebody", state, std::string(40, 'c'), intent_of(plan)};
}

MergedPull pull(std::vector<GivenReview> reviews, std::int64_t author = 1) {
  return {7, author, {kNow.seconds - 3600, 0}, fixtures::valid_plan(), std::move(reviews)};
}

Verification verdict(const ReviewEvidence& evidence, const Policy& by = policy()) {
  const Envelope envelope = signed_by(fixtures::valid_plan(), {&signers().ci});
  Result<OpenedPlan> opened = open_plan(to_json(envelope), "plan.dsse", by, kNow, &evidence);
  REQUIRE(opened.has_value());
  CHECK(opened->plan.has_value() == opened->verification.is_good());
  return std::move(opened->verification);
}

bool accepts(const ReviewEvidence& evidence, int threshold = 1) {
  const Verification verification = verdict(evidence, policy(threshold));
  if (!verification.is_good()) CHECK(verification.kind == ErrorKind::altered);
  return verification.is_good();
}

FoundEnvelope envelope(const std::vector<const PrivateKey*>& by,
                       const Plan& plan = fixtures::valid_plan()) {
  return {"comment", to_json(signed_by(plan, by))};
}

TEST_CASE("a review by somebody who counts takes the place of a signature") {
  CHECK(accepts({{pull({review(kAliceAccount, State::approved)})}, {}}));
  CHECK(accepts({{pull({review(kBobAccount, State::approved)})}, {}}));
  CHECK_FALSE(accepts({{pull({})}, {}}));
  CHECK_FALSE(accepts({{}, {}}));
  CHECK_FALSE(accepts({{pull({review(4711, State::approved)})}, {}}));
}

TEST_CASE("whoever opened a pull request does not approve it") {
  CHECK_FALSE(accepts({{pull({review(kAliceAccount, State::approved)}, kAliceAccount)}, {}}));
  CHECK_FALSE(accepts({{pull({}, kAliceAccount)}, {envelope({&signers().ci, &signers().alice})}}));
  CHECK(accepts({{pull({review(kBobAccount, State::approved)}, kAliceAccount)}, {}}));
}

TEST_CASE("an approval that is dismissed or taken back does not count, until given again") {
  for (const State state : {State::dismissed, State::changes_requested}) {
    const GivenReview yes = review(kAliceAccount, State::approved);
    const GivenReview no = review(kAliceAccount, state);
    CHECK_FALSE(accepts({{pull({no})}, {}}));
    CHECK_FALSE(accepts({{pull({yes, no})}, {}}));
    CHECK(accepts({{pull({yes, no, yes})}, {}}));
    // Somebody else's word takes back nothing.
    CHECK(accepts({{pull({yes, review(kBobAccount, state)})}, {}}));
  }
}

TEST_CASE("a review counts for commits that change the same, and for no others") {
  const GivenReview other = review(kAliceAccount, State::approved, other_plan());
  CHECK_FALSE(accepts({{pull({other})}, {}}));
  // The same change was approved before, and again after another one.
  CHECK(accepts({{pull({review(kAliceAccount, State::approved), other})}, {}}));
  GivenReview unknown = review(kAliceAccount, State::approved);
  unknown.intent.reset();
  const Verification verification = verdict({{pull({unknown})}, {}});
  CHECK_FALSE(verification.is_good());
  CHECK(std::ranges::any_of(verification.warnings, [](const Diagnostic& each) {
    return each.message.find("is not in this clone") != std::string::npos;
  }));
}

TEST_CASE("one person counts once, however many keys and reviews") {
  const GivenReview alice = review(kAliceAccount, State::approved);
  const FoundEnvelope both_keys = envelope({&signers().ci, &signers().alice, &signers().alice_too});
  CHECK_FALSE(accepts({{pull({alice, alice})}, {both_keys, both_keys}}, 2));
  CHECK(accepts({{pull({alice, review(kBobAccount, State::approved)})}, {}}, 2));
  CHECK(accepts({{pull({review(kBobAccount, State::approved)})}, {both_keys}}, 2));
}

TEST_CASE("a signed plan approves what it asks for, wherever it was found") {
  CHECK(accepts({{pull({})}, {envelope({&signers().ci, &signers().alice})}}));
  // Neither key alone.
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().alice})}}));
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().ci})}}));
  // Another plan, an old one, damaged, nonsense.
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().ci, &signers().alice}, other_plan())}}));
  Plan old = fixtures::valid_plan();
  old.validity->created.seconds -= 7'200;
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().ci, &signers().alice}, old)}}));
  FoundEnvelope damaged = envelope({&signers().ci, &signers().alice});
  damaged.bytes[damaged.bytes.size() / 2] ^= 1;
  CHECK_FALSE(accepts({{pull({})}, {damaged, {"comment", "nonsense"}}}));
  Plan over = fixtures::valid_plan();
  over.validity = Validity{{kNow.seconds - 1'800, 0}, {kNow.seconds - 60, 0}};
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().ci, &signers().alice}, over)}}));
  Plan elsewhere = fixtures::valid_plan();
  elsewhere.provenance.repository = "https://example.com/other";
  CHECK_FALSE(accepts({{pull({})}, {envelope({&signers().ci, &signers().alice}, elsewhere)}}));
}

TEST_CASE("a signed plan counts once, also where its change is made again") {
  const Plan there = fixtures::valid_plan();
  const Plan back = fixtures::plan_of(
      fixtures::config_with("    foo/new: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    foo/old: {token_created_after: 2018-10-02T15:00:00Z}\n"),
      fixtures::config_with("    foo/bar: {token_created_after: 2018-10-02T15:00:00Z}\n"
                            "    foo/old: {token_created_after: 2018-10-02T15:00:00Z}\n"));
  const FoundEnvelope approved = envelope({&signers().ci, &signers().alice});
  const auto merged = [&](std::uint64_t number, const Plan& plan,
                          std::vector<GivenReview> reviews) {
    return MergedPull{number, 1, {kNow.seconds - 3600, 0}, plan, std::move(reviews)};
  };
  const GivenReview of_back = review(kBobAccount, State::approved, back);
  const GivenReview of_again = review(kBobAccount, State::approved, there);
  CHECK_FALSE(accepts(
      {{merged(7, there, {}), merged(8, back, {of_back}), merged(9, there, {})}, {approved}}));
  CHECK(accepts({{merged(7, there, {}), merged(8, back, {of_back}), merged(9, there, {of_again})},
                 {approved}}));
}

TEST_CASE("a plan from what is live consists of no pull requests") {
  const std::string text =
      fixtures::config_with("    foo/bar: {token_created_after: 2018-10-02T15:00:00Z}\n");
  Revisions revisions = fixtures::revisions_of(text, text);
  revisions.before = revisions.after;
  Change asked;
  asked.kind = ChangeKind::onboard;
  asked.entry = "foo/bar";
  asked.after = EntryState{revisions.after.snapshot.entries.front().token_created_after, {}};
  asked.lines_after = revisions.after.snapshot.entries.front().lines;
  Plan live = make_live_plan(revisions, {{asked}, false}, kNow, "0.0.0");
  live.validity = Validity{kNow, {kNow.seconds + 86'400, 0}};
  REQUIRE(live.is_live());
  const Policy by = policy();
  ReviewEvidence evidence;
  evidence.pulls.push_back({7, 1, {}, live, {review(kAliceAccount, State::approved, live)}});
  // They would cover it, if they were asked.
  CHECK(judge_review(live, by, evidence, kNow).problems.empty());
  const auto opened =
      open_plan(to_json(signed_by(live, {&signers().ci})), "plan.dsse", by, kNow, &evidence);
  REQUIRE(opened.has_value());
  CHECK_FALSE(opened->plan.has_value());
  CHECK(opened->verification.kind == ErrorKind::threshold);
}

TEST_CASE("enough signatures on the plan itself need no review") {
  const Envelope whole = signed_by(fixtures::valid_plan(), {&signers().ci, &signers().alice});
  const ReviewEvidence nothing;
  const auto opened = open_plan(to_json(whole), "plan.dsse", policy(), kNow, &nothing);
  REQUIRE(opened.has_value());
  CHECK(opened->plan.has_value());
  CHECK_FALSE(opened->verification.is_reviewed);
}

TEST_CASE("reviews do not take the place of other roles, nor of nothing") {
  const ReviewEvidence good{{pull({review(kAliceAccount, State::approved)})}, {}};
  const Envelope stranger = signed_by(fixtures::valid_plan(), {&signers().alice_too});
  const auto opened = open_plan(to_json(stranger), "plan.dsse", policy(2), kNow, &good);
  REQUIRE(opened.has_value());
  CHECK_FALSE(opened->plan.has_value());
  // Without evidence only signatures count, as ever.
  const Envelope planned = signed_by(fixtures::valid_plan(), {&signers().ci});
  const auto alone = open_plan(to_json(planned), "plan.dsse", policy(), kNow);
  REQUIRE(alone.has_value());
  CHECK(alone->verification.kind == ErrorKind::threshold);
}

TEST_CASE("a policy names people whom reviews can tell apart") {
  const std::string good = policy_text(1);
  const auto refusal_with = [&](const std::string& old, const std::string& text) {
    std::string changed = good;
    const std::size_t at = changed.find(old);
    REQUIRE(at != std::string::npos);
    return fixtures::refusal_of_policy(changed.replace(at, old.size(), text));
  };
  CHECK_FALSE(fixtures::refusal_of_policy(good));
  CHECK(refusal_with("id: 1024025", "id: 583231") == Code::settings_bad_value);
  CHECK(refusal_with("id: 1024025", "id: 0") == Code::settings_bad_value);
  CHECK(refusal_with(", id: 1024025", "") == Code::settings_missing_field);
  CHECK(refusal_with("owners: [bob]", "owners: [rob]") == Code::settings_dangling_name);
  CHECK(refusal_with("review: {role: approver}", "review: {role: nobody}") ==
        Code::settings_dangling_name);
  CHECK(refusal_with("  review: {role: approver}\n", "") == Code::settings_bad_value);
  CHECK(refusal_with("review: {role: approver}", "review: {role: planner}") ==
        Code::settings_dangling_name);
  CHECK(refusal_with("keys: [ci]}", "keys: [ci], owners: [bob]}") == Code::policy_key_in_two_roles);
  CHECK(refusal_with("    alice: {github: {login: alice, id: 583231}}\n", "") ==
        Code::settings_dangling_name);
}

}  // namespace
}  // namespace hookplan::review_test
