// SPDX-License-Identifier: Apache-2.0
#include "core/sign/policy.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/plan/guards.h"

namespace hookplan {
namespace {

Diagnostic about_key(const PolicyKey& key, const Error& error) {
  Diagnostic diagnostic = error.first();
  diagnostic.field =
      fmt::format("policy.keys.{}.{}", printable(key.name), key.is_ssh ? "ssh" : "pem");
  diagnostic.where = key.where;
  return diagnostic;
}

// What the plan says of protection is the planner's word; the settings of the policy say it too.
bool fits(const PolicyRule& rule, const Guards& guards, const Change& change) {
  const auto is_kind = [&](const std::string& kind) { return kind == to_string(change.kind); };
  const auto is_entry = [&](const std::string& pattern) { return matches(pattern, change.entry); };
  return (rule.kinds.empty() || std::ranges::any_of(rule.kinds, is_kind)) &&
         (rule.entries.empty() || std::ranges::any_of(rule.entries, is_entry)) &&
         (!rule.only_protected || change.is_protected || is_protected(guards, change.entry));
}

// Changes of settings belong to no entry.
bool fits_settings(const PolicyRule& rule) {
  return rule.entries.empty() && !rule.only_protected &&
         (rule.kinds.empty() || std::ranges::find(rule.kinds, "setting") != rule.kinds.end());
}

std::int64_t count_fitting(const PolicyRule& rule, const Guards& guards, const Plan& plan) {
  const auto changes = std::ranges::count_if(
      plan.changes, [&](const Change& change) { return fits(rule, guards, change); });
  return changes + (fits_settings(rule) ? static_cast<std::int64_t>(plan.settings.size()) : 0);
}

std::string describe(const PolicyRule& rule, std::size_t number, std::int64_t count) {
  std::string what =
      rule.kinds.empty() ? "" : fmt::format(" of kind {}", fmt::join(rule.kinds, ", "));
  if (!rule.entries.empty()) what += fmt::format(" in {}", fmt::join(rule.entries, ", "));
  if (rule.only_protected) what += ", protected";
  return fmt::format("{}{}: rules[{}]", counted(static_cast<std::size_t>(count), "change"), what,
                     number);
}

}  // namespace

Result<Policy> make_policy(const Settings& whole) {
  const PolicySettings& settings = whole.policy.value();
  Policy policy{{},
                settings.roles,
                settings.rules,
                settings.longest_validity,
                settings.clock_skew,
                settings.allow,
                whole.guards,
                {},
                settings.owners,
                settings.review};
  std::vector<Diagnostic> problems;
  for (const PolicyKey& key : settings.keys) {
    const std::string name = fmt::format("the key {}", printable(key.name));
    Result<PublicKey> read =
        key.is_ssh ? PublicKey::from_ssh(key.text, name) : PublicKey::from_pem(key.text, name);
    if (!read) {
      const Diagnostic& why = read.error().first();
      problems.push_back(about_key(key, fail(Code::policy_bad_key, why.message).hint(why.hint)));
      continue;
    }
    const auto same = std::ranges::find(policy.keys, *read, &TrustedKey::key);
    if (same != policy.keys.end()) {
      problems.push_back(about_key(
          key,
          fail(Code::policy_same_key, "{} is the same key as {}", name, printable(same->about.name))
              .hint("remove one of the two; keys are compared by what they are, not by how "
                    "they are written")));
      continue;
    }
    policy.keys.push_back({std::move(read).value(), key});
  }
  if (!problems.empty()) return Error(std::move(problems));
  return policy;
}

Policy policy_of(PublicKey key, std::string_view name) {
  Policy policy;
  PolicyKey about;
  about.name = name;
  about.owner = name;
  policy.keys.push_back({std::move(key), std::move(about)});
  policy.roles.push_back({"signer", {std::string(name)}, {}, 1});
  policy.longest_validity = std::chrono::seconds::max();
  policy.clock_skew = PolicySettings{}.clock_skew;
  // One key decides alone; what the guards of its planner let pass, passes.
  policy.guards.most_removals = std::numeric_limits<std::int64_t>::max();
  policy.guards.most_removals_percent = 100;
  policy.guards.allow_empty = true;
  return policy;
}

std::vector<AppliedRule> applied_rules(const Policy& policy, const Plan& plan) {
  std::vector<AppliedRule> applied;
  std::size_t number = 0;
  for (const PolicyRule& rule : policy.rules) {
    const std::int64_t count = count_fitting(rule, policy.guards, plan);
    const std::size_t index = number++;
    if (count > rule.more_than)
      applied.push_back({index, describe(rule, index, count), rule.require});
  }
  return applied;
}

std::vector<Requirement> requirements(const Policy& policy, const Plan& plan) {
  std::vector<Requirement> all;
  for (const PolicyRole& role : policy.roles) all.push_back({role.name, role.threshold, {}});
  for (const AppliedRule& rule : applied_rules(policy, plan)) {
    for (const auto& [role, threshold] : rule.require) {
      const auto requirement = std::ranges::find(all, role, &Requirement::role);
      if (requirement == all.end() || threshold <= requirement->threshold) continue;
      requirement->threshold = threshold;
      requirement->reasons.push_back(rule.reason);
    }
  }
  return all;
}

std::string in_words(const std::vector<Requirement>& requirements) {
  std::vector<std::string> words;
  for (const Requirement& requirement : requirements) {
    const std::string why =
        requirement.reasons.empty() ? "" : fmt::format(" ({})", requirement.reasons.back());
    words.push_back(fmt::format("{} {}{}", requirement.threshold, requirement.role, why));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace hookplan
