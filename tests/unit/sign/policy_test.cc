// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/fixtures/plans.h"
#include "tests/fixtures/signing.h"

namespace hookplan {
namespace {

using fixtures::key_yaml;
using fixtures::policy_from;
using fixtures::refusal_of_policy;

const PrivateKey& key(std::size_t number) {
  static const std::vector<PrivateKey> keys = [] {
    std::vector<PrivateKey> made;
    for (int i = 0; i < 4; ++i) {
      made.push_back(PrivateKey::generate(i % 2 == 0 ? KeyType::ed25519 : KeyType::p256));
    }
    return made;
  }();
  return keys.at(number);
}

std::string three_keys() {
  return "  keys:\n" + key_yaml("ci", key(0).public_key()) +
         key_yaml("alice", key(1).public_key()) + key_yaml("bob", key(2).public_key());
}

std::string two_roles(std::string_view planner_owner, std::string_view approver_owner) {
  return "  keys:\n" + key_yaml("ci", key(0).public_key(), planner_owner) +
         key_yaml("alice", key(1).public_key(), approver_owner) +
         "  roles: {planner: {keys: [ci]}, approver: {keys: [alice]}}\n";
}

std::string with_rules(std::string_view rules) {
  return three_keys() +
         fmt::format(
             "  roles: {{planner: {{keys: [ci]}}, approver: {{keys: [alice, bob]}}}}\n"
             "  rules:\n{}",
             rules);
}

// "role:threshold" of each role for the plan that removes foo/bar and onboards foo/new.
std::string needed(std::string_view rules) {
  std::string all;
  for (const Requirement& each :
       requirements(policy_from(with_rules(rules)), fixtures::valid_plan())) {
    all += fmt::format("{}:{} ", each.role, each.threshold);
  }
  return all;
}

TEST_CASE("a rule raises the threshold for the changes that fit it, and for no others") {
  constexpr std::string_view kRaised = "planner:1 approver:2 ";
  constexpr std::string_view kPlain = "planner:1 approver:1 ";
  CHECK(needed("    - {if: {kind: remove}, require: {approver: 2}}\n") == kRaised);
  CHECK(needed("    - {if: {kind: [rotate, onboard]}, require: {approver: 2}}\n") == kRaised);
  CHECK(needed("    - {if: {kind: rotate}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {if: {kind: remove, more_than: 1}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {if: {more_than: 1}, require: {approver: 2}}\n") == kRaised);
  CHECK(needed("    - {if: {more_than: 2}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {if: {entry: foo/new}, require: {approver: 2}}\n") == kRaised);
  CHECK(needed("    - {if: {entry: [x, FOO/*]}, require: {approver: 2}}\n") == kRaised);
  CHECK(needed("    - {if: {kind: remove, entry: foo/new}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {if: {protected: true}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {if: {kind: setting}, require: {approver: 2}}\n") == kPlain);
  CHECK(needed("    - {require: {approver: 2}}\n") == kRaised);
}

TEST_CASE("a rule for protected entries does not take the planner's word for it") {
  Policy policy =
      policy_from(with_rules("    - {if: {protected: true}, require: {approver: 2}}\n"));
  Plan plan = fixtures::valid_plan();
  CHECK(requirements(policy, plan).back().threshold == 1);
  policy.guards.protected_entries = {"foo/new"};
  CHECK(requirements(policy, plan).back().threshold == 2);
  policy.guards.protected_entries.clear();
  plan.changes.front().is_protected = true;
  CHECK(requirements(policy, plan).back().threshold == 2);
}

TEST_CASE("a rule never lowers a threshold") {
  const std::string policy = three_keys() +
                             "  roles: {approver: {keys: [ci, alice, bob]}}\n"
                             "  rules:\n"
                             "    - {if: {kind: remove}, require: {approver: 3}}\n"
                             "    - {if: {kind: onboard}, require: {approver: 2}}\n";
  CHECK(requirements(policy_from(policy), fixtures::valid_plan()).front().threshold == 3);
}

TEST_CASE("changes of settings fit rules for all kinds and for `setting`, not those for entries") {
  Plan plan = fixtures::valid_plan();
  plan.changes.clear();
  plan.settings.push_back({"respect_legacy_global_token", true, false, {}, {}, {}});
  const auto threshold = [&](std::string_view rules) {
    return requirements(policy_from(with_rules(rules)), plan).back().threshold;
  };
  CHECK(threshold("    - {if: {kind: setting}, require: {approver: 2}}\n") == 2);
  CHECK(threshold("    - {require: {approver: 2}}\n") == 2);
  CHECK(threshold("    - {if: {kind: remove}, require: {approver: 2}}\n") == 1);
  CHECK(threshold("    - {if: {entry: 'foo/*'}, require: {approver: 2}}\n") == 1);
  CHECK(threshold("    - {if: {entry: '*'}, require: {approver: 2}}\n") == 2);  // everything
}

TEST_CASE("one key under two names is refused, however it is written") {
  const PublicKey& once = key(1).public_key();
  const std::string roles = "  roles: {approver: {keys: [a, b], threshold: 2}}\n";
  CHECK(refusal_of_policy("  keys:\n" + key_yaml("a", once) + key_yaml("b", once) + roles) ==
        Code::policy_same_key);
  // The same with text around the PEM block.
  std::string noisy = key_yaml("b", once);
  noisy.replace(noisy.find("-----BEGIN"), 10, "a comment\\n-----BEGIN");
  CHECK(refusal_of_policy("  keys:\n" + key_yaml("a", once) + noisy + roles) ==
        Code::policy_same_key);
}

TEST_CASE("a key belongs to one role, and thresholds are possible") {
  const auto refusal = [](std::string_view roles) {
    return refusal_of_policy(three_keys() + fmt::format("  roles: {}\n", roles));
  };
  CHECK(refusal("{planner: {keys: [ci]}, approver: {keys: [ci, bob]}}") ==
        Code::policy_key_in_two_roles);
  CHECK(refusal("{approver: {keys: [ci], threshold: 0}}") == Code::policy_bad_threshold);
  CHECK(refusal("{approver: {keys: [ci], threshold: 2}}") == Code::policy_bad_threshold);
  CHECK(refusal("{approver: {keys: []}}") == Code::policy_bad_threshold);
  CHECK(refusal("{approver: {keys: [ci, ci]}}") == Code::settings_bad_value);
  CHECK(refusal("{approver: {keys: [carol]}}") == Code::settings_dangling_name);
  CHECK(refusal("{}") == Code::settings_bad_value);
  CHECK(refusal("{approver: {keys: [ci, alice, bob], threshold: 3}}") == std::nullopt);
  CHECK(refusal("{approver: {keys: [ci, alice]}}") ==
        Code::settings_bad_value);  // bob is forgotten
  CHECK(refusal_of_policy(two_roles("owner: alice", "owner: alice")) ==
        Code::policy_key_in_two_roles);
  CHECK(refusal_of_policy(two_roles("owner: Alice", "owner: ' alice '")) ==
        Code::policy_key_in_two_roles);
  CHECK(refusal_of_policy(two_roles("owner: carol", "owner: alice")) == std::nullopt);
}

TEST_CASE("a rule that can never fit, or changes nothing, is refused") {
  const auto refusal = [](std::string_view rule) {
    return refusal_of_policy(with_rules(fmt::format("    - {}\n", rule)));
  };
  for (const std::string_view pattern : {"/foo", "foo/", "foo bar", "foo/[a-z]*", "!foo"}) {
    CAPTURE(pattern);
    CHECK(refusal(fmt::format("{{if: {{entry: '{}'}}, require: {{approver: 2}}}}", pattern)) ==
          Code::settings_bad_value);
  }
  CHECK(refusal("{if: {kind: setting, entry: foo}, require: {approver: 2}}") ==
        Code::settings_bad_value);
  CHECK(refusal("{if: {kind: [setting, remove], protected: true}, require: {approver: 2}}") ==
        Code::settings_bad_value);
  CHECK(refusal("{if: {kind: []}, require: {approver: 2}}") == Code::settings_bad_value);
  CHECK(refusal("{if: {kind: remove}, require: {approver: 1}}") == Code::policy_bad_threshold);
  CHECK(refusal("{if: {kind: remove}, require: {approver: 3}}") == Code::policy_bad_threshold);
}

TEST_CASE("a threshold counts owners: the keys of one person are one") {
  const std::string keys = "  keys:\n" + key_yaml("laptop", key(0).public_key(), "owner: alice") +
                           key_yaml("token", key(1).public_key(), "owner: alice") +
                           key_yaml("bob", key(2).public_key());
  CHECK(refusal_of_policy(keys +
                          "  roles: {approver: {keys: [laptop, token, bob], threshold: 3}}\n") ==
        Code::policy_bad_threshold);
  CHECK(refusal_of_policy(keys +
                          "  roles: {approver: {keys: [laptop, token, bob], threshold: 2}}\n") ==
        std::nullopt);
}

}  // namespace
}  // namespace hookplan
