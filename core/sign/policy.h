// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/policy_settings.h"
#include "core/config/settings.h"
#include "core/plan/plan.h"
#include "core/sign/public_key.h"

namespace hookplan {

// A key of the policy that was read and is the only one of its kind.
struct TrustedKey {
  PublicKey key;
  PolicyKey about;
};

// Who must sign what. Every two keys differ in what they are, not only in how they are written.
struct Policy {
  std::vector<TrustedKey> keys = {};  // in the order of the file
  std::vector<PolicyRole> roles = {};
  std::vector<PolicyRule> rules = {};
  std::chrono::seconds longest_validity = {};
  std::chrono::seconds clock_skew = {};
  PolicyAllow allow = {};
  Guards guards = {};              // of the same settings
  std::string source_sha256 = {};  // of the bytes of these settings; empty where there are none
  std::vector<PolicyOwner> owners = {};
  std::optional<PolicyReview> review = {};  // without it only signatures on the plan itself count
};

// Reads the keys. Errors are of kind `config`: all keys that cannot be used (HP4102) or that are
// there twice (HP4103), each with its place.
// REQUIRES: the settings have a policy.
Result<Policy> make_policy(const Settings& settings);

// The policy that one key must have signed, for any repository and any length of validity.
Policy policy_of(PublicKey key, std::string_view name);

// A rule that fits so many changes of a plan that it counts.
struct AppliedRule {
  std::size_t number = 0;   // from 0, in the order of the file
  std::string reason = {};  // in words: "1 change of kind remove: rules[0]"
  std::map<std::string, std::int64_t> require = {};  // role to threshold
};
std::vector<AppliedRule> applied_rules(const Policy& policy, const Plan& plan);

// How many owners of a role must sign a plan, and why.
struct Requirement {
  std::string role = {};
  std::int64_t threshold = 1;
  std::vector<std::string> reasons = {};  // in words; empty: every plan needs it
};

// What the policy asks for a plan with these changes, a requirement for each role.
std::vector<Requirement> requirements(const Policy& policy, const Plan& plan);

// "1 planner, 2 approver (2 removals: rule 1)"
std::string in_words(const std::vector<Requirement>& requirements);

}  // namespace hookplan
