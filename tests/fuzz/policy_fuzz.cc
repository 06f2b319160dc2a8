// SPDX-License-Identifier: Apache-2.0
// Any bytes as a settings file with a policy: what is accepted can be met, and says who must sign
// in one way only.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "core/config/settings.h"
#include "core/plan/plan.h"
#include "core/sign/policy.h"
#include "tests/fixtures/plans.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

bool can_be_met(std::int64_t threshold, const PolicyRole& role, const PolicySettings& settings) {
  std::set<std::string> owners;
  for (const PolicyKey& key : settings.keys) {
    if (std::ranges::find(role.keys, key.name) != role.keys.end()) owners.insert(key.owner);
  }
  return threshold >= 1 && threshold <= static_cast<std::int64_t>(owners.size());
}

void check_settings(const PolicySettings& settings) {
  std::set<std::string> names;
  for (const PolicyKey& key : settings.keys) {
    require(!key.owner.empty() && !key.text.empty() && names.insert(key.name).second);
  }
  std::set<std::string> in_a_role;
  std::set<std::string> roles;
  require(!settings.roles.empty());
  for (const PolicyRole& role : settings.roles) {
    require(roles.insert(role.name).second && can_be_met(role.threshold, role, settings));
    for (const std::string& key : role.keys) {
      require(names.contains(key) && in_a_role.insert(key).second);
    }
  }
  for (const PolicyRule& rule : settings.rules) {
    require(!rule.require.empty() && rule.more_than >= 0);
    for (const auto& [name, threshold] : rule.require) {
      const auto role = std::ranges::find(settings.roles, name, &PolicyRole::name);
      require(role != settings.roles.end() && can_be_met(threshold, *role, settings));
    }
  }
  require(settings.longest_validity.count() > 0 && settings.clock_skew.count() >= 0);
}

void check_policy(const Policy& policy, const PolicySettings& settings) {
  require(std::ranges::equal(
      policy.keys, settings.keys, {}, [](const TrustedKey& key) { return key.about.name; },
      &PolicyKey::name));
  for (auto one = policy.keys.begin(); one != policy.keys.end(); ++one) {
    for (auto other = std::next(one); other != policy.keys.end(); ++other) {
      require(one->key.der() != other->key.der() && one->key.id() != other->key.id());
    }
  }
  Plan plan;
  plan.changes.push_back({ChangeKind::remove, "foo/bar"});
  const std::vector<Requirement> needed = requirements(policy, plan);
  require(needed.size() == policy.roles.size());
  for (std::size_t i = 0; i < needed.size(); ++i) {
    require(needed[i].role == policy.roles[i].name);
    require(needed[i].threshold >= policy.roles[i].threshold);
    require(can_be_met(needed[i].threshold, policy.roles[i], settings));
  }
  require(!in_words(needed).empty());
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookplan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto settings = read_settings(bytes, ".hookplan.yaml", hookplan::fixtures::types());
  if (!settings || !settings->policy) return 0;
  check_settings(*settings->policy);
  const auto policy = make_policy(*settings);
  if (policy) {
    check_policy(*policy, *settings->policy);
  } else {
    require(policy.error().kind == ErrorKind::config);
    for (const Diagnostic& problem : policy.error().diagnostics) {
      require(!problem.message.empty() && !problem.hint.empty() && problem.where.line > 0);
    }
  }
  return 0;
}
