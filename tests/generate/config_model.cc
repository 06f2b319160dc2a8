// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/config_model.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "tests/generate/random_choice.h"

namespace hookplan::generate {
namespace {

constexpr std::size_t kLongestOwner = 39;
constexpr std::size_t kLongestRepository = 100;
constexpr std::size_t kMaxChanges = 5;

constexpr std::string_view kAlphanumerics =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kRepositoryCharacters =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-";

// Valid organizations that YAML 1.1 or Go's reader takes for another type when they stand bare. The
// long numbers leave the range of int64: Go's reader makes an uint64 (refused as a key) or a float
// of them.
constexpr std::array<std::string_view, 36> kTypedOwners = {"on",
                                                           "off",
                                                           "yes",
                                                           "no",
                                                           "y",
                                                           "n",
                                                           "true",
                                                           "false",
                                                           "null",
                                                           "On",
                                                           "NO",
                                                           "True",
                                                           "NULL",
                                                           "Yes",
                                                           "1e3",
                                                           "12E03",
                                                           "1e400",
                                                           "0e0",
                                                           "007",
                                                           "08",
                                                           "00",
                                                           "0x1F",
                                                           "0b101",
                                                           "0o17",
                                                           "0XaB",
                                                           "123",
                                                           "0",
                                                           "42",
                                                           "7",
                                                           "2020-01-01",
                                                           "2019-5-6",
                                                           "1-2",
                                                           "9223372036854775808",
                                                           "18446744073709551616",
                                                           "123456789012345678901234567890",
                                                           "0b"};

constexpr std::array<std::string_view, 14> kOddRepositories = {
    ".github", "-",  "_",  "...", "null", "true", "a.b.c",
    "v1.0",    "-x", "--", "1e3", "007",  "---",  "2020-01-01"};

constexpr std::array<std::string_view, 10> kUsualOwners = {
    "kubernetes",          "kubernetes-sigs", "openshift",    "istio",  "knative",
    "GoogleCloudPlatform", "tektoncd",        "cert-manager", "3scale", "0x"};

constexpr std::array<std::string_view, 8> kUsualRepositories = {
    "test-infra", "website", "api", "community", "kubernetes.github.io", "Docs", "prow", "k8s.io"};

bool is_alphanumeric(char c) { return kAlphanumerics.find(c) != std::string_view::npos; }

bool is_owner(std::string_view owner) {
  if (owner.empty() || owner.size() > kLongestOwner) return false;
  for (std::size_t i = 0; i < owner.size(); ++i) {
    if (is_alphanumeric(owner[i])) continue;
    const bool inner = i > 0 && i + 1 < owner.size();
    if (owner[i] != '-' || !inner || owner[i - 1] == '-') return false;
  }
  return true;
}

bool is_repository(std::string_view repository) {
  if (repository.empty() || repository.size() > kLongestRepository) return false;
  if (repository == "." || repository == "..") return false;
  return repository.find_first_not_of(kRepositoryCharacters) == std::string_view::npos;
}

std::string random_owner(std::mt19937_64& random) {
  const std::size_t sort = below(random, 10);
  if (sort < 2) return std::string(pick(random, kTypedOwners));
  if (sort < 4) return std::string(pick(random, kUsualOwners));
  const std::size_t longest = sort == 4 ? kLongestOwner : 12;
  const std::size_t length = 1 + below(random, longest);
  std::string owner;
  while (owner.size() < length) {
    const bool hyphen_fits = !owner.empty() && owner.back() != '-' && owner.size() + 1 < length;
    if (hyphen_fits && one_in(random, 7)) {
      owner += '-';
    } else {
      owner += pick(random, kAlphanumerics);
    }
  }
  return owner;
}

std::string random_repository(std::mt19937_64& random) {
  const std::size_t sort = below(random, 10);
  if (sort < 2) return std::string(pick(random, kOddRepositories));
  if (sort < 5) return std::string(pick(random, kUsualRepositories));
  const std::size_t longest = sort == 5 ? kLongestRepository : 20;
  const std::size_t length = 1 + below(random, longest);
  std::string repository;
  while (repository.size() < length) repository += pick(random, kRepositoryCharacters);
  if (repository == "." || repository == "..") repository += 'x';
  return repository;
}

std::string in_other_case(std::string text, std::mt19937_64& random) {
  for (char& c : text) {
    if (!one_in(random, 2)) continue;
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

std::int64_t random_instant(std::mt19937_64& random) {
  const std::int64_t instant = between(random, kFirstInstant, kLastInstant);
  switch (below(random, 12)) {
    case 0: return kFirstInstant;
    case 1: return kLastInstant;
    case 2:  // midnight
      return instant / 86'400 * 86'400;
    case 3:  // a full hour, the usual case
    case 4:
    case 5: return instant / 3'600 * 3'600;
    default: return instant;
  }
}

// Names taken so far, so that a new one collides with none of them.
class NamePool {
 public:
  bool add(const std::string& name) {
    const std::string folded = lower_cased(name);
    const std::string owner = folded_owner(name);
    if (!folded_.insert(folded).second) return false;
    const bool whole = folded == owner;
    if (whole ? with_repositories_.contains(owner) : alone_.contains(owner)) {
      folded_.erase(folded);
      return false;
    }
    (whole ? alone_ : with_repositories_).insert(owner);
    if (!whole) owners_.push_back(name.substr(0, owner.size()));
    return true;
  }

  std::string add_random(std::mt19937_64& random) {
    for (;;) {
      std::string name = candidate(random);
      if (add(name)) return name;
    }
  }

 private:
  std::string candidate(std::mt19937_64& random) const {
    if (!owners_.empty() && percent(random, 55)) {
      std::string owner = pick(random, owners_);
      if (one_in(random, 8)) owner = in_other_case(std::move(owner), random);
      return owner + '/' + random_repository(random);
    }
    const std::string owner = random_owner(random);
    if (percent(random, 30)) return owner;
    return owner + '/' + random_repository(random);
  }

  std::set<std::string> folded_;
  std::set<std::string> alone_;
  std::set<std::string> with_repositories_;
  std::vector<std::string> owners_;
};

std::int64_t later_than(std::int64_t instant, std::mt19937_64& random) {
  if (one_in(random, 4)) return instant + 1;
  return between(random, instant + 1, kLastInstant);
}

std::int64_t earlier_than(std::int64_t instant, std::mt19937_64& random) {
  if (one_in(random, 4)) return instant - 1;
  return between(random, kFirstInstant, instant - 1);
}

}  // namespace

std::string lower_cased(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string folded_owner(const std::string& name) {
  return lower_cased(name.substr(0, name.find('/')));
}

bool is_entry_name(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return is_owner(name);
  const std::string_view whole = name;
  return is_owner(whole.substr(0, slash)) && is_repository(whole.substr(slash + 1));
}

ConfigModel random_model(std::mt19937_64& random, std::size_t entries) {
  ConfigModel model;
  model.respect_legacy_global_token = one_in(random, 2);
  model.auto_accept_invitation = one_in(random, 2);
  NamePool names;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string name = names.add_random(random);
    model.entries[name] = random_instant(random);
  }
  return model;
}

Mutation random_change(const ConfigModel& before, std::mt19937_64& random) {
  Mutation mutation;
  mutation.after = before;
  mutation.respect_changed = one_in(random, 6);
  mutation.invite_changed = one_in(random, 6);
  if (mutation.respect_changed) {
    mutation.after.respect_legacy_global_token = !before.respect_legacy_global_token;
  }
  if (mutation.invite_changed) {
    mutation.after.auto_accept_invitation = !before.auto_accept_invitation;
  }

  NamePool names;
  std::vector<std::string> untouched;
  for (const auto& [name, instant] : before.entries) {
    names.add(name);
    untouched.push_back(name);
  }
  shuffle(untouched, random);

  const std::size_t count = below(random, kMaxChanges + 1);
  while (mutation.changes.size() < count) {
    if (untouched.empty() || percent(random, 30)) {
      const std::string name = names.add_random(random);
      mutation.after.entries[name] = random_instant(random);
      mutation.changes.push_back({ExpectedKind::onboard, name});
      continue;
    }
    const std::string name = untouched.back();
    untouched.pop_back();
    std::int64_t& instant = mutation.after.entries.at(name);
    const std::size_t sort = below(random, 3);
    if (sort == 0) {
      mutation.after.entries.erase(name);
      mutation.changes.push_back({ExpectedKind::remove, name});
    } else if (instant == kFirstInstant || (sort == 1 && instant < kLastInstant)) {
      instant = later_than(instant, random);
      mutation.changes.push_back({ExpectedKind::rotate, name});
    } else {
      instant = earlier_than(instant, random);
      mutation.changes.push_back({ExpectedKind::relax, name});
    }
  }
  std::ranges::sort(mutation.changes, {}, &ExpectedChange::entry);
  return mutation;
}

}  // namespace hookplan::generate
