// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/yaml/yaml_tree.h"

namespace hookplan {

// The section `policy:` of a settings file as it is written: who must sign what. Names are resolved
// and numbers are possible; whether the keys are keys is for core/sign to say.

struct PolicyKey {
  std::string name = {};
  std::string owner = {};  // the name of the key where no owner is given
  std::string text = {};   // PEM or an ssh public key
  bool is_ssh = false;
  std::optional<Instant> not_before = {};  // counts from then on
  std::optional<Instant> not_after = {};   // and no longer from then on
  std::optional<Instant> revoked_at = {};
  std::string revoked_reason = {};
  Location where = {};  // of the text
};

// A person and who that is where changes are reviewed. The id decides: a login can be given up and
// taken by somebody else.
struct PolicyOwner {
  std::string name = {};
  std::string github_login = {};  // for people only
  std::int64_t github_id = 0;
};

struct PolicyRole {
  std::string name = {};
  std::vector<std::string> keys = {};
  std::vector<std::string> owners = {};  // with or without a key: they count by reviews
  std::int64_t threshold = 1;            // different owners that must sign every plan
};

// Raises the thresholds for a plan of which more than `more_than` changes fit.
struct PolicyRule {
  std::vector<std::string> kinds = {};    // as in the plan, or `setting`; none: all
  std::vector<std::string> entries = {};  // see matches() in entry_name.h; none: all, settings too
  bool only_protected = false;
  std::int64_t more_than = 0;
  std::map<std::string, std::int64_t> require = {};  // role to threshold
};

// What plans may be for; an empty list allows all.
struct PolicyAllow {
  std::vector<std::string> repositories = {};
  std::vector<std::string> paths = {};
  std::vector<std::string> branches = {};  // full names: refs/heads/main
  std::vector<std::string> hook_urls = {};
  std::vector<std::string> api_urls = {};
};

// Which role may approve a plan by reviews of the pull requests that it consists of, instead of by
// signatures on the plan itself.
struct PolicyReview {
  std::string role = {};
};

struct PolicySettings {
  std::vector<PolicyKey> keys = {};  // in the order of the file
  std::vector<PolicyOwner> owners = {};
  std::vector<PolicyRole> roles = {};  // likewise
  std::vector<PolicyRule> rules = {};
  std::chrono::seconds longest_validity = std::chrono::hours{24};
  std::chrono::seconds clock_skew = std::chrono::minutes{5};
  PolicyAllow allow = {};
  std::optional<PolicyReview> review = {};
};

// Adds what is wrong to `problems`; the result is of use only if nothing is.
PolicySettings read_policy_settings(const YamlTree& tree, std::string_view path,
                                    std::vector<Diagnostic>& problems);

// An owner as whom he counts: neither case nor outer blanks make two people of one.
std::string person_of(std::string_view owner);

// A branch as its full name: `main` is `refs/heads/main`, full names stay.
std::string full_branch_name(std::string_view branch);

}  // namespace hookplan
