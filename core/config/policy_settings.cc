// SPDX-License-Identifier: Apache-2.0
#include "core/config/policy_settings.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/config/settings_fields.h"

namespace hookplan {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"onboard", "rotate", "remove",
                                                    "reroute", "relax",  "setting"};
constexpr std::int64_t kMaxThreshold = 1'000;
constexpr std::int64_t kMaxAccount = std::int64_t{1} << 53;

// Entries hold no blanks, and only * stands for something else in a pattern.
bool is_possible_pattern(std::string_view pattern) {
  return pattern.find_first_of(" \t[]!?\\") == std::string_view::npos &&
         printable(pattern) == pattern && !pattern.starts_with('/') && !pattern.ends_with('/');
}

class PolicyReader {
 public:
  PolicyReader(std::string_view path, std::vector<Diagnostic>& problems)
      : path_(path), problems_(problems) {}

  PolicySettings read(const YamlTree& tree) && {
    SettingsFields fields =
        open(tree, "policy", {"keys", "owners", "roles", "rules", "validity", "allow", "review"});
    fields.require("keys");
    fields.require("roles");
    if (const YamlTree* const keys = fields.mapping("keys")) {
      for (const YamlTree* const key : members(*keys, "policy.keys")) read_key(*key);
    }
    if (const YamlTree* const owners = fields.mapping("owners")) {
      for (const YamlTree* const owner : members(*owners, "policy.owners")) read_owner(*owner);
    }
    if (const YamlTree* const roles = fields.mapping("roles")) {
      for (const YamlTree* const role : members(*roles, "policy.roles")) read_role(*role);
      if (roles->children.empty()) {
        fields.complain("roles", Code::settings_bad_value, "policy.roles names no role",
                        "name at least one; without it nobody would have to sign");
      }
    }
    check_roles(fields);
    if (const YamlTree* const rules = fields.sequence("rules")) read_rules(*rules);
    if (const YamlTree* const validity = fields.mapping("validity")) read_validity(*validity);
    if (const YamlTree* const allow = fields.mapping("allow")) read_allow(*allow);
    if (const YamlTree* const review = fields.mapping("review")) read_review(*review);
    check_reviewers(fields);
    return std::move(policy_);
  }

 private:
  SettingsFields open(const YamlTree& tree, std::string where,
                      std::initializer_list<std::string_view> known) {
    return {tree, std::move(where), known, path_, problems_};
  }

  // The members of a mapping of names to mappings; others are reported and left out.
  std::vector<const YamlTree*> members(const YamlTree& tree, const std::string& where) {
    SettingsFields fields(tree, where, path_, problems_);
    std::vector<const YamlTree*> good;
    for (const YamlTree& member : tree.children) {
      if (member.name.empty()) {
        fields.complain("", Code::settings_bad_value, fmt::format("{} has an empty name", where),
                        "choose a name");
      } else if (member.kind == YamlKind::map) {
        good.push_back(&member);
      } else {
        fields.complain(member.name, Code::settings_wrong_type,
                        fmt::format("{} must be a mapping", fields.path_of(member.name)));
      }
    }
    return good;
  }

  void read_key(const YamlTree& member) {
    SettingsFields fields = open(member, "policy.keys." + printable(member.name),
                                 {"pem", "ssh", "owner", "not_before", "not_after", "revoked"});
    PolicyKey key;
    key.name = member.name;
    key.is_ssh = fields.any("ssh") != nullptr;
    if (key.is_ssh == (fields.any("pem") != nullptr)) {
      fields.complain(
          key.is_ssh ? "ssh" : "", Code::settings_missing_field,
          fmt::format("{} must have either pem or ssh", fields.path_of("")),
          "write the public key as `pem: |` and its lines, or as `ssh: ssh-ed25519 ...`");
    }
    const std::string_view form = key.is_ssh ? "ssh" : "pem";
    key.text = fields.text(form).value_or("");
    key.where = fields.place_of(form);
    key.owner = fields.text("owner").value_or(member.name);
    // Characters that nobody sees would make two people of one.
    if (printable(key.owner) != key.owner) {
      fields.complain("owner", Code::settings_bad_value,
                      fmt::format("{} has characters that cannot be seen", fields.path_of("owner")),
                      "write it with visible characters");
    }
    if (!persons_.insert(person_of(key.name)).second) {
      fields.complain(
          "", Code::settings_bad_value,
          fmt::format("{} differs from another key only in case or blanks", printable(key.name)),
          "choose another name");
    }
    key.not_before = fields.instant("not_before");
    key.not_after = fields.instant("not_after");
    if (key.not_before && key.not_after && *key.not_after <= *key.not_before) {
      fields.complain("not_after", Code::settings_bad_value,
                      fmt::format("{} is not after not_before", fields.path_of("not_after")),
                      "the key would never count");
    }
    if (const YamlTree* const revoked = fields.mapping("revoked")) {
      SettingsFields why = open(*revoked, fields.path_of("revoked"), {"at", "reason"});
      why.require("at");
      key.revoked_at = why.instant("at");
      key.revoked_reason = why.text("reason").value_or("");
    }
    index_of_key_.emplace(key.name, policy_.keys.size());
    policy_.keys.push_back(std::move(key));
  }

  void read_owner(const YamlTree& member) {
    SettingsFields fields = open(member, "policy.owners." + printable(member.name), {"github"});
    fields.require("github");
    PolicyOwner owner;
    owner.name = member.name;
    if (const YamlTree* const github = fields.mapping("github")) {
      SettingsFields account = open(*github, fields.path_of("github"), {"login", "id"});
      account.require("login");
      account.require("id");
      owner.github_login = account.text("login").value_or("");
      owner.github_id = account.integer("id", 1, kMaxAccount).value_or(0);
      // Two names for one account would make two people of one.
      const auto [other, is_new] = accounts_.emplace(owner.github_id, owner.name);
      if (!is_new && owner.github_id != 0) {
        account.complain(
            "id", Code::settings_bad_value,
            fmt::format("{} is the account of {}, too", owner.github_id, printable(other->second)),
            "write a person once");
      }
    }
    if (!known_owners_.insert(person_of(owner.name)).second ||
        printable(owner.name) != owner.name) {
      fields.complain("", Code::settings_bad_value,
                      fmt::format("{} differs from another owner only in case or blanks, or has "
                                  "characters that cannot be seen",
                                  printable(owner.name)),
                      "choose another name");
    }
    policy_.owners.push_back(std::move(owner));
  }

  void read_role(const YamlTree& member) {
    SettingsFields fields =
        open(member, "policy.roles." + printable(member.name), {"keys", "owners", "threshold"});
    if (fields.any("owners") == nullptr) fields.require("keys");
    PolicyRole role;
    role.name = member.name;
    role.keys = fields.texts("keys").value_or(std::vector<std::string>{});
    for (const std::string& name : role.keys) claim(fields, role, name);
    role.owners = fields.texts("owners").value_or(std::vector<std::string>{});
    for (const std::string& name : role.owners) {
      require_owner(fields, "owners", name);
      owners_[role.name].insert(person_of(name));
    }
    role.threshold = fields.integer("threshold", 0, kMaxThreshold).value_or(1);
    check_threshold(fields, "threshold", role, role.threshold);
    policy_.roles.push_back(std::move(role));
  }

  // Every key belongs to one role and stands there once.
  void claim(SettingsFields& fields, const PolicyRole& role, const std::string& name) {
    const PolicyKey* const key = find_key(name);
    if (key == nullptr) {
      if (fields.is_full()) return;  // to look for near names takes its time
      std::vector<std::string_view> known;
      for (const PolicyKey& each : policy_.keys) known.push_back(each.name);
      const std::string_view near = nearest(name, known);
      fields.complain("keys", Code::settings_dangling_name,
                      fmt::format("no key is called {}", excerpt(name)),
                      near.empty() ? std::string("define it below policy.keys")
                                   : fmt::format("did you mean {}?", printable(near)));
      return;
    }
    owners_[role.name].insert(person_of(key->owner));
    const auto [owner, is_new] = claimed_.emplace(name, role.name);
    if (is_new) return;
    if (owner->second == role.name) {
      fields.complain("keys", Code::settings_bad_value,
                      fmt::format("{} names {} twice", fields.path_of("keys"), printable(name)),
                      "name it once");
    } else {
      fields.complain("keys", Code::policy_key_in_two_roles,
                      fmt::format("the key {} is in the roles {} and {}", printable(name),
                                  printable(owner->second), printable(role.name)));
    }
  }

  void require_owner(SettingsFields& fields, std::string_view field, const std::string& name) {
    if (known_owners_.contains(person_of(name)) || fields.is_full()) return;
    std::vector<std::string_view> known;
    for (const PolicyOwner& each : policy_.owners) known.push_back(each.name);
    const std::string_view near = nearest(name, known);
    fields.complain(field, Code::settings_dangling_name,
                    fmt::format("no owner is called {}", excerpt(name)),
                    near.empty() ? std::string("define the owner below policy.owners")
                                 : fmt::format("did you mean {}?", printable(near)));
  }

  void read_review(const YamlTree& tree) {
    SettingsFields fields = open(tree, "policy.review", {"role"});
    fields.require("role");
    PolicyReview review;
    review.role = fields.text("role").value_or("");
    const auto role = std::ranges::find(policy_.roles, review.role, &PolicyRole::name);
    if (role == policy_.roles.end()) {
      if (fields.any("role") != nullptr) {
        fields.complain("role", Code::settings_dangling_name,
                        fmt::format("no role is called {}", excerpt(review.role)),
                        "define it below policy.roles");
      }
      return;
    }
    // Whoever wrote a change does not approve it, and only the account tells who wrote it.
    for (const PolicyKey& key : policy_.keys) {
      if (std::ranges::find(role->keys, key.name) == role->keys.end()) continue;
      require_owner(fields, "role", key.owner);
    }
    policy_.review = std::move(review);
  }

  // Owners of a role that nobody reviews for would wait for a signature that they cannot make; and
  // nobody does alone what two roles are asked for.
  void check_reviewers(SettingsFields& fields) {
    std::set<std::string> listed;
    for (const PolicyRole& role : policy_.roles) {
      for (const std::string& owner : role.owners) listed.insert(person_of(owner));
    }
    std::map<std::string, std::string> role_of_person;
    for (const PolicyRole& role : policy_.roles) {
      for (const std::string& person : owners_[role.name]) {
        const auto [other, is_new] = role_of_person.emplace(person, role.name);
        if (is_new || !listed.contains(person)) continue;
        fields.complain("roles", Code::policy_key_in_two_roles,
                        fmt::format("{} is in the roles {} and {}", printable(person),
                                    printable(other->second), printable(role.name)),
                        "roles are for different people");
      }
    }
    for (const PolicyRole& role : policy_.roles) check_role_is_reviewing(fields, role);
  }

  void check_role_is_reviewing(SettingsFields& fields, const PolicyRole& role) const {
    const bool is_unknown = fields.any("review") != nullptr && !policy_.review;
    const bool is_reviewing = policy_.review && policy_.review->role == role.name;
    if (role.owners.empty() || is_reviewing || is_unknown) return;
    fields.complain("roles", Code::settings_bad_value,
                    fmt::format("policy.roles.{}.owners counts only in the role that reviews",
                                printable(role.name)),
                    "name that role with `review: {role: NAME}` in the policy, or name keys");
  }

  // A key that nobody asks for was forgotten in a role, or forgotten to be removed; an owner in two
  // roles could do alone what two are asked for.
  void check_roles(SettingsFields& fields) {
    std::map<std::string, std::pair<std::string, std::string>> role_of_owner;  // and the key
    for (const PolicyKey& key : policy_.keys) {
      const auto role = claimed_.find(key.name);
      if (role == claimed_.end()) {
        fields.complain("keys", Code::settings_bad_value,
                        fmt::format("the key {} is in no role", printable(key.name)),
                        "name it in a role, or remove it");
        continue;
      }
      const auto [owner, is_new] =
          role_of_owner.emplace(person_of(key.owner), std::pair(role->second, key.name));
      if (is_new || owner->second.first == role->second) continue;
      fields.complain(
          "roles", Code::policy_key_in_two_roles,
          fmt::format("{} owns {} in the role {} and {} in the role {}", printable(key.owner),
                      printable(owner->second.second), printable(owner->second.first),
                      printable(key.name), printable(role->second)),
          "roles are for different people; take one of the keys out of its role");
    }
  }

  void check_threshold(SettingsFields& fields, std::string_view name, const PolicyRole& role,
                       std::int64_t threshold) {
    const std::set<std::string>& owners = owners_[role.name];
    const auto most = static_cast<std::int64_t>(owners.size());
    if (threshold >= 1 && threshold <= most) return;
    fields.complain(name, Code::policy_bad_threshold,
                    fmt::format("{} is {}, but the role {} has {}", fields.path_of(name), threshold,
                                printable(role.name), counted(owners.size(), "owner")));
  }

  void read_rules(const YamlTree& tree) {
    std::size_t number = 0;
    for (const YamlTree& item : tree.children) {
      const std::string where = fmt::format("policy.rules[{}]", number++);
      SettingsFields fields = open(item, where, {"if", "require"});
      if (item.kind != YamlKind::map) {
        fields.complain("", Code::settings_wrong_type, fmt::format("{} must be a mapping", where));
        continue;
      }
      fields.require("require");
      PolicyRule rule;
      if (const YamlTree* const condition = fields.mapping("if")) {
        read_condition(*condition, where + ".if", rule);
      }
      if (const YamlTree* const required = fields.mapping("require")) {
        read_requirements(*required, where + ".require", rule);
      }
      policy_.rules.push_back(std::move(rule));
    }
  }

  void read_condition(const YamlTree& tree, const std::string& where, PolicyRule& rule) {
    SettingsFields fields = open(tree, where, {"kind", "entry", "protected", "more_than"});
    rule.kinds = fields.text_or_texts("kind").value_or(std::vector<std::string>{});
    if (fields.any("kind") != nullptr && rule.kinds.empty()) {
      fields.complain("kind", Code::settings_bad_value, "no kind fits an empty list",
                      "name kinds, or leave the field out for all of them");
    }
    for (const std::string& kind : rule.kinds) {
      if (std::ranges::find(kKinds, kind) != kKinds.end()) continue;
      fields.complain("kind", Code::settings_bad_value,
                      fmt::format("{} is not a kind of change", excerpt(kind)),
                      fmt::format("one of {}", fmt::join(kKinds, ", ")));
    }
    rule.entries = fields.text_or_texts("entry").value_or(std::vector<std::string>{});
    for (const std::string& pattern : rule.entries) {
      if (is_possible_pattern(pattern)) continue;
      fields.complain("entry", Code::settings_bad_value,
                      fmt::format("no entry can fit {}", excerpt(pattern)),
                      "write names of entries, with * for any characters but a slash");
    }
    // A lone * is everything, settings included.
    if (std::ranges::find(rule.entries, "*") != rule.entries.end()) rule.entries.clear();
    rule.only_protected = fields.boolean("protected").value_or(false);
    const bool has_setting = std::ranges::find(rule.kinds, "setting") != rule.kinds.end();
    if (has_setting && (!rule.entries.empty() || rule.only_protected)) {
      fields.complain("kind", Code::settings_bad_value,
                      "changes of settings belong to no entry, so none can fit",
                      "write a rule of its own for the kind setting");
    }
    rule.more_than = fields.integer("more_than", 0, kMaxCount).value_or(0);
  }

  void read_requirements(const YamlTree& tree, const std::string& where, PolicyRule& rule) {
    SettingsFields fields(tree, where, path_, problems_);
    bool raises = false;
    if (tree.children.empty()) {
      fields.complain("", Code::settings_missing_field, fmt::format("{} names no role", where),
                      "write a role and its threshold, such as `approver: 2`");
    }
    for (const YamlTree& member : tree.children) {
      const auto role = std::ranges::find(policy_.roles, member.name, &PolicyRole::name);
      if (role == policy_.roles.end()) {
        std::vector<std::string_view> known;
        for (const PolicyRole& each : policy_.roles) known.push_back(each.name);
        const std::string_view near = nearest(member.name, known);
        fields.complain(member.name, Code::settings_dangling_name,
                        fmt::format("no role is called {}", excerpt(member.name)),
                        near.empty() ? std::string("define it below policy.roles")
                                     : fmt::format("did you mean {}?", printable(near)));
        continue;
      }
      const auto threshold = fields.integer(member.name, 0, kMaxThreshold);
      if (!threshold) continue;
      check_threshold(fields, member.name, *role, *threshold);
      raises = raises || *threshold > role->threshold || *threshold < 1;
      rule.require[member.name] = *threshold;
    }
    if (!rule.require.empty() && !raises) {
      fields.complain("", Code::policy_bad_threshold,
                      fmt::format("{} asks for no more than every plan needs already", where),
                      "a rule can only raise a threshold");
    }
  }

  void read_validity(const YamlTree& tree) {
    SettingsFields fields = open(tree, "policy.validity", {"longest", "clock_skew"});
    policy_.longest_validity = fields.duration("longest").value_or(policy_.longest_validity);
    policy_.clock_skew = fields.duration("clock_skew").value_or(policy_.clock_skew);
    if (policy_.longest_validity.count() == 0) {
      fields.complain("longest", Code::settings_bad_value, "policy.validity.longest is 0",
                      "no plan would ever be valid");
    }
    if (policy_.clock_skew > std::chrono::hours{1}) {
      fields.complain("clock_skew", Code::settings_bad_value,
                      "policy.validity.clock_skew is more than an hour",
                      "correct the clocks instead");
    }
  }

  void read_allow(const YamlTree& tree) {
    SettingsFields fields =
        open(tree, "policy.allow", {"repositories", "paths", "branches", "hook_urls", "api_urls"});
    const auto list = [&](std::string_view name) {
      auto texts = fields.text_or_texts(name);
      if (texts && texts->empty()) {
        fields.complain(name, Code::settings_bad_value,
                        fmt::format("{} allows nothing", fields.path_of(name)),
                        "name what is allowed, or leave the field out to allow all");
      }
      return texts.value_or(std::vector<std::string>{});
    };
    PolicyAllow& allow = policy_.allow;
    allow.repositories = list("repositories");
    allow.paths = list("paths");
    allow.branches = list("branches");
    for (std::string& branch : allow.branches) branch = full_branch_name(branch);
    allow.hook_urls = list("hook_urls");
    allow.api_urls = list("api_urls");
  }

  const PolicyKey* find_key(std::string_view name) const {
    const auto found = index_of_key_.find(name);
    return found == index_of_key_.end() ? nullptr : &policy_.keys[found->second];
  }

  std::string_view path_;
  std::vector<Diagnostic>& problems_;
  std::map<std::string, std::size_t, std::less<>> index_of_key_;
  std::set<std::string> persons_;                        // names of keys, as persons
  std::map<std::string, std::string> claimed_;           // key to role
  std::map<std::string, std::set<std::string>> owners_;  // role to persons
  std::set<std::string> known_owners_;                   // of policy.owners, as persons
  std::map<std::int64_t, std::string> accounts_;         // id to owner
  PolicySettings policy_;
};

}  // namespace

PolicySettings read_policy_settings(const YamlTree& tree, std::string_view path,
                                    std::vector<Diagnostic>& problems) {
  return PolicyReader(path, problems).read(tree);
}

std::string person_of(std::string_view owner) {
  std::string person;
  for (const char c : owner) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) person += c;
    if (is_blank && !person.empty() && person.back() != ' ') person += ' ';
  }
  if (person.ends_with(' ')) person.pop_back();
  return ascii_lower(person);
}

std::string full_branch_name(std::string_view branch) {
  return branch.starts_with("refs/") ? std::string(branch) : fmt::format("refs/heads/{}", branch);
}

}  // namespace hookplan
