// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/fixtures/plans.h"
#include "tests/fixtures/signing.h"

namespace hookplan {
namespace {

using fixtures::key_yaml;
using fixtures::kNow;
using fixtures::signed_by;
using fixtures::valid_plan;
using fixtures::verdict_of;

// Nothing but open_plan() makes a verified plan; tests/compile shows the same of a whole program.
static_assert(!std::is_default_constructible_v<VerifiedPlan>);
static_assert(!std::is_constructible_v<VerifiedPlan, Plan>);
static_assert(!std::is_constructible_v<VerifiedPlan, Plan, std::string>);
static_assert(!std::is_convertible_v<Plan, VerifiedPlan>);
static_assert(!std::is_aggregate_v<VerifiedPlan>);

struct People {
  PrivateKey ci = PrivateKey::generate(KeyType::ed25519);
  PrivateKey alice = PrivateKey::generate(KeyType::p256);
  PrivateKey alice_too = PrivateKey::generate(KeyType::ed25519);
  PrivateKey bob = PrivateKey::generate(KeyType::ed25519);
  PrivateKey stranger = PrivateKey::generate(KeyType::ed25519);
};

const People& people() {
  static const People all;
  return all;
}

std::string keys_yaml(std::string_view more_of_bob = {}) {
  const People& p = people();
  return "  keys:\n" + key_yaml("ci", p.ci.public_key()) +
         key_yaml("alice", p.alice.public_key(), "owner: alice@example.com") +
         key_yaml("alice-too", p.alice_too.public_key(), "owner: alice@example.com") +
         key_yaml("bob", p.bob.public_key(), more_of_bob);
}

constexpr std::string_view kRoles =
    "  roles:\n"
    "    planner: {keys: [ci]}\n"
    "    approver: {keys: [alice, alice-too, bob], threshold: 2}\n";

Policy policy(std::string_view more_of_bob = {}, std::string_view more = {}) {
  return fixtures::policy_from(keys_yaml(more_of_bob) + std::string(kRoles) + std::string(more));
}

Instant later(std::int64_t seconds) { return {kNow.seconds + seconds, 0}; }

std::vector<SignatureVerdict> verdicts(const Verification& verification) {
  std::vector<SignatureVerdict> all;
  for (const SignatureReport& report : verification.signatures) all.push_back(report.verdict);
  return all;
}

Code first_code(const Verification& verification) { return verification.problems.at(0).code; }

TEST_CASE("what is signed is type and payload with their lengths (DSSE 1.0.2, test vector)") {
  CHECK(signed_bytes("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_CASE("those who must sign have signed: the plan is verified") {
  const People& p = people();
  const Envelope envelope = signed_by(valid_plan(), {&p.ci, &p.alice, &p.bob});
  const Verification verification = verdict_of(envelope, policy(), kNow);
  CHECK(verification.is_good());
  CHECK(verification.plan_digest == plan_digest(envelope.payload));
  CHECK(verification.plan->changes.size() == 2);
}

TEST_CASE("each lack has an outcome of its own") {
  const People& p = people();
  const auto outcome = [&](const Plan& plan, const std::vector<const PrivateKey*>& keys,
                           const Policy& by, Instant now = kNow) {
    const Verification verification = verdict_of(signed_by(plan, keys), by, now);
    REQUIRE_FALSE(verification.is_good());
    return std::pair(verification.kind, first_code(verification));
  };
  const Plan plan = valid_plan();
  const std::vector<const PrivateKey*> all = {&p.ci, &p.alice, &p.bob};
  CHECK(outcome(plan, {&p.stranger}, policy()) ==
        std::pair(ErrorKind::unknown_signer, Code::signer_unknown));
  CHECK(outcome(plan, {&p.ci, &p.alice}, policy()) ==
        std::pair(ErrorKind::threshold, Code::threshold_not_met));
  CHECK(outcome(plan, {&p.alice, &p.bob}, policy()) ==
        std::pair(ErrorKind::threshold, Code::threshold_not_met));
  CHECK(outcome(plan, all, policy("revoked: {at: 2026-01-01T00:00:00Z}")) ==
        std::pair(ErrorKind::signer_invalid, Code::signer_revoked));
  CHECK(outcome(plan, all, policy("not_after: 2026-09-21T13:33:20Z")) ==
        std::pair(ErrorKind::signer_invalid, Code::signer_out_of_window));
  CHECK(outcome(plan, all, policy("not_before: 2026-09-21T14:13:21Z")) ==
        std::pair(ErrorKind::signer_invalid, Code::signer_out_of_window));
  CHECK(outcome(plan, all, policy(), later(86'401)) ==
        std::pair(ErrorKind::expired, Code::plan_expired));
  CHECK(outcome(plan, all, policy(), later(-301)) ==
        std::pair(ErrorKind::expired, Code::plan_not_yet_valid));
  CHECK(outcome(plan, all, policy({}, "  validity: {longest: 23h}\n")) ==
        std::pair(ErrorKind::not_allowed, Code::not_allowed_by_policy));
  CHECK(outcome(plan, all, policy({}, "  allow: {paths: [prow/config.yaml]}\n")) ==
        std::pair(ErrorKind::not_allowed, Code::not_allowed_by_policy));
  CHECK(outcome(plan, all, policy({}, "  allow: {branches: [main]}\n")) ==
        std::pair(ErrorKind::not_allowed, Code::not_allowed_by_policy));
  CHECK(
      outcome(plan, all, policy({}, "  allow: {hook_urls: ['https://prow.example.com/hook']}\n")) ==
      std::pair(ErrorKind::not_allowed, Code::not_allowed_by_policy));

  Plan timeless = plan;
  timeless.validity.reset();
  CHECK(outcome(timeless, all, policy()) ==
        std::pair(ErrorKind::expired, Code::plan_without_validity));
  Plan blocked = plan;
  blocked.guards.front().result = GuardResult::block;
  CHECK(outcome(blocked, all, policy()) ==
        std::pair(ErrorKind::blocked, Code::plan_not_applicable));
  Plan wrong = plan;
  wrong.diagnostics.push_back(diagnose(Code::bad_entry_name, "foo bar"));
  CHECK(outcome(wrong, all, policy()) == std::pair(ErrorKind::config, Code::plan_not_applicable));
}

TEST_CASE("the rules that count for a plan are said, each with whether it is met") {
  const People& p = people();
  const Policy ruled = fixtures::policy_from(
      "  keys:\n" + key_yaml("ci", p.ci.public_key()) + key_yaml("alice", p.alice.public_key()) +
      key_yaml("bob", p.bob.public_key()) +
      "  roles: {planner: {keys: [ci]}, approver: {keys: [alice, bob]}}\n"
      "  rules:\n"
      "    - {if: {kind: rotate}, require: {approver: 2}}\n"
      "    - {if: {kind: remove}, require: {approver: 2}}\n");
  const auto rules = [&](const std::vector<const PrivateKey*>& keys) {
    return verdict_of(signed_by(valid_plan(), keys), ruled, kNow).rules;
  };
  REQUIRE(rules({&p.ci, &p.alice}).size() == 1);
  CHECK(rules({&p.ci, &p.alice}).front().rule.number == 1);
  CHECK_FALSE(rules({&p.ci, &p.alice}).front().is_met);
  CHECK(rules({&p.ci, &p.alice, &p.bob}).front().is_met);
}

TEST_CASE("windows and validity hold to the second") {
  const People& p = people();
  const Envelope envelope = signed_by(valid_plan(), {&p.ci, &p.alice, &p.bob});
  CHECK(verdict_of(envelope, policy(), later(86'400)).is_good());
  CHECK(verdict_of(envelope, policy(), later(-300)).is_good());
  // kNow is 2026-09-21T14:13:20Z: from then on, and no longer from then on.
  CHECK(verdict_of(envelope, policy("not_before: 2026-09-21T14:13:20Z"), kNow).is_good());
  CHECK(verdict_of(envelope, policy("not_after: 2026-09-21T14:13:21Z"), kNow).is_good());
  CHECK_FALSE(verdict_of(envelope, policy("not_after: 2026-09-21T14:13:20Z"), kNow).is_good());
  CHECK_FALSE(verdict_of(envelope, policy("revoked: {at: 2026-09-21T14:13:20Z}"), kNow).is_good());
  CHECK(verdict_of(envelope, policy("revoked: {at: 2026-09-21T14:13:21Z}"), kNow).is_good());
}

TEST_CASE("two keys of one owner, and one key twice, count once") {
  const People& p = people();
  const Verification owner =
      verdict_of(signed_by(valid_plan(), {&p.ci, &p.alice, &p.alice_too}), policy(), kNow);
  CHECK(verdicts(owner) == std::vector{SignatureVerdict::counts, SignatureVerdict::counts,
                                       SignatureVerdict::counted_before});
  CHECK(owner.kind == ErrorKind::threshold);
  // ECDSA makes a new signature each time, so the bytes differ.
  const Envelope twice = signed_by(valid_plan(), {&p.ci, &p.alice, &p.alice});
  REQUIRE(twice.signatures[1].bytes != twice.signatures[2].bytes);
  CHECK(verdicts(verdict_of(twice, policy(), kNow)).back() == SignatureVerdict::counted_before);
}

TEST_CASE("a signature that does not fit never hides what is really missing") {
  const People& p = people();
  // Anybody can add a line that names another's key.
  Envelope envelope = signed_by(valid_plan(), {&p.ci, &p.alice});
  envelope.signatures.push_back({p.bob.public_key().id(), "junk"});
  CHECK(verdict_of(envelope, policy(), kNow).kind == ErrorKind::threshold);
  // A key of the planner that was revoked does not explain why approvers are missing.
  const Policy two = fixtures::policy_from(
      "  keys:\n" + key_yaml("ci", p.ci.public_key()) +
      key_yaml("old-ci", p.alice.public_key(), "revoked: {at: 2026-01-01T00:00:00Z}") +
      key_yaml("bob", p.bob.public_key()) +
      "  roles: {planner: {keys: [ci, old-ci]}, approver: {keys: [bob]}}\n");
  CHECK(verdict_of(signed_by(valid_plan(), {&p.ci, &p.alice}), two, kNow).kind ==
        ErrorKind::threshold);
  CHECK(verdict_of(signed_by(valid_plan(), {&p.alice, &p.bob}), two, kNow).kind ==
        ErrorKind::signer_invalid);
}

TEST_CASE("the settings of the policy say what is protected, whatever the plan says") {
  const People& p = people();
  Policy guarded = policy_of(p.ci.public_key(), "ci");
  guarded.guards.protected_entries = {"foo/*"};
  CHECK(verdict_of(signed_by(valid_plan(), {&p.ci}), guarded, kNow).kind == ErrorKind::blocked);
}

TEST_CASE("a policy that the plan itself brings is no judge of it") {
  const People& p = people();
  Policy own = policy_of(p.ci.public_key(), "ci");
  own.source_sha256 = std::string(64, 'd');
  Plan plan = valid_plan();
  const auto kind = [&] { return verdict_of(signed_by(plan, {&p.ci}), own, kNow).kind; };
  plan.provenance.after.settings = FileProvenance{std::string(40, 'c'), own.source_sha256, 9};
  CHECK(kind() == ErrorKind::not_allowed);
  plan.provenance.before.settings = FileProvenance{std::string(40, 'b'), std::string(64, 'b'), 9};
  CHECK(kind() == ErrorKind::not_allowed);
  plan.provenance.before.settings = plan.provenance.after.settings;  // it was there before
  CHECK(verdict_of(signed_by(plan, {&p.ci}), own, kNow).is_good());
}

TEST_CASE("the guards beside the policy hold, whatever the plan says of its own") {
  const People& p = people();
  Policy guarded = policy_of(p.ci.public_key(), "ci");
  guarded.guards.most_removals = 0;
  CHECK(verdict_of(signed_by(valid_plan(), {&p.ci}), guarded, kNow).kind == ErrorKind::blocked);
}

TEST_CASE("a key id decides nothing") {
  const People& p = people();
  Envelope envelope = signed_by(valid_plan(), {&p.ci, &p.alice, &p.bob});
  envelope.signatures[0].key_id = p.bob.public_key().id();
  envelope.signatures[1].key_id = "";
  envelope.signatures[2].key_id = std::string(64, '0');
  CHECK(verdict_of(envelope, policy(), kNow).is_good());
}

TEST_CASE("other bytes under the same signatures are noticed, and not read") {
  const People& p = people();
  Envelope envelope = signed_by(valid_plan(), {&p.ci, &p.alice, &p.bob});
  envelope.payload.replace(envelope.payload.find("foo/bar"), 7, "foo/baz");
  const Verification verification = verdict_of(envelope, policy(), kNow);
  CHECK(verification.kind == ErrorKind::altered);
  CHECK_FALSE(verification.plan.has_value());
}

TEST_CASE("strangers' signatures beside those that are needed do no harm, and are said") {
  const People& p = people();
  const Verification verification =
      verdict_of(signed_by(valid_plan(), {&p.stranger, &p.ci, &p.alice, &p.bob}), policy(), kNow);
  CHECK(verification.is_good());
  CHECK(verdicts(verification).front() == SignatureVerdict::unknown_key);
  CHECK(verification.warnings.size() == 1);
}

TEST_CASE("what is signed but no change plan is told apart") {
  const People& p = people();
  Envelope envelope = signed_by(valid_plan(), {&p.ci});
  const auto sign_again = [&] { envelope.signatures[0].bytes = p.ci.sign(signed_bytes(envelope)); };
  const Policy one = policy_of(p.ci.public_key(), "ci");
  envelope.payload.replace(envelope.payload.find("change-plan/v1"), 14, "change-plan/v2");
  sign_again();
  CHECK(verdict_of(envelope, one, kNow).kind == ErrorKind::not_a_plan);

  envelope.payload_type = "application/vnd.in-toto+json; x";
  sign_again();
  CHECK(verdict_of(envelope, one, kNow).kind == ErrorKind::not_a_plan);
  // The type is signed, too: another one under the same signature is an altered document.
  envelope.payload_type = "application/vnd.in-toto+json; y";
  CHECK(verdict_of(envelope, one, kNow).kind == ErrorKind::altered);

  envelope = signed_by(valid_plan(), {&p.ci});
  envelope.payload_type = "text/plain";  // around a good plan
  sign_again();
  CHECK(verdict_of(envelope, one, kNow).kind == ErrorKind::not_a_plan);

  envelope.payload_type = kPayloadType;
  envelope.payload = "not JSON";
  sign_again();
  CHECK(verdict_of(envelope, one, kNow).kind == ErrorKind::not_a_plan);
}

}  // namespace
}  // namespace hookplan
