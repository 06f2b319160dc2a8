// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/large_repository.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "tests/generate/random_choice.h"

namespace hookplan::generate {
namespace {

constexpr std::size_t kEntriesPerOwner = 40;
constexpr std::size_t kWholeOwnerPercent = 3;
constexpr std::size_t kRotatedPercent = 40;
constexpr std::size_t kRemovedPercent = 30;

constexpr std::string_view kHeader =
    "# The configuration of Prow. Changes are reviewed by the owners of this directory;\n"
    "# see the documentation before adding a webhook.\n"
    "prowjob_namespace: default\n"
    "pod_namespace: test-pods\n"
    "log_level: debug\n"
    "\n"
    "in_repo_config:\n"
    "  enabled:\n"
    "    \"*\": true\n"
    "\n"
    "managed_webhooks:\n"
    "  # Tokens are replaced by moving the instant of an entry forward.\n"
    "  respect_legacy_global_token: true\n"
    "  auto_accept_invitation: true\n"
    "  org_repo_config:";

constexpr std::string_view kFooter =
    "\n"
    "plank:\n"
    "  job_url_prefix_config:\n"
    "    \"*\": https://prow.example.com/view/\n"
    "  report_templates:\n"
    "    \"*\": >-\n"
    "        [Full PR test history](https://prow.example.com/pr-history?org={{.Spec.Refs.Org}}).\n"
    "  default_decoration_configs:\n"
    "    \"*\":\n"
    "      timeout: 2h\n"
    "      grace_period: 15s\n"
    "\n"
    "tide:\n"
    "  sync_period: 2m\n"
    "  queries:\n"
    "  - labels:\n"
    "    - lgtm\n"
    "    - approved\n";

constexpr std::string_view kSectionStart = "  org_repo_config:\n";
constexpr std::string_view kEntryStart = "    ";
constexpr std::string_view kInstantStart = "      token_created_after: ";

using Entries = std::map<std::string, std::string>;  // name -> instant as written

std::string random_word(std::mt19937_64& random, std::size_t syllables) {
  constexpr std::string_view kConsonants = "bcdfghjklmnprstvz";
  constexpr std::string_view kVowels = "aeiou";
  std::string word;
  for (std::size_t i = 0; i < syllables; ++i) {
    word += pick(random, kConsonants);
    word += pick(random, kVowels);
  }
  return word;
}

// 9 to 15 characters.
std::string some_owner(std::mt19937_64& random) {
  const std::size_t first = 2 + below(random, 2);
  std::string owner = random_word(random, first);
  const std::size_t second = 2 + below(random, 3);
  return owner + '-' + random_word(random, second);
}

// 13 to 21 characters.
std::string some_repository(std::mt19937_64& random) {
  const std::size_t first = 3 + below(random, 3);
  std::string repository = random_word(random, first);
  const std::size_t second = 3 + below(random, 3);
  return repository + '-' + random_word(random, second);
}

std::string written_instant(unsigned year, std::string_view rest) {
  std::string text = std::to_string(year);
  text += rest;
  return text;
}

// No day after the 28th, so that the year alone may be changed.
std::string some_instant(std::mt19937_64& random) {
  const auto year = static_cast<unsigned>(2018 + below(random, 4));
  const auto month = static_cast<unsigned>(1 + below(random, 12));
  const auto day = static_cast<unsigned>(1 + below(random, 28));
  const auto hour = static_cast<unsigned>(below(random, 24));
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "-%02u-%02uT%02u:00:00Z", month % 100, day % 100,
                hour % 100);
  return written_instant(year, buffer.data());
}

std::string later_instant(const std::string& instant, std::mt19937_64& random) {
  const auto year = static_cast<unsigned>(std::stoul(instant.substr(0, 4)));
  const auto years = static_cast<unsigned>(1 + below(random, 2));
  return written_instant(year + years, std::string_view(instant).substr(4));
}

// The least of three: the first of the owners get most.
std::size_t skewed_below(std::mt19937_64& random, std::size_t bound) {
  const std::size_t first = below(random, bound);
  const std::size_t second = below(random, bound);
  const std::size_t third = below(random, bound);
  return std::min({first, second, third});
}

std::string new_owner(std::set<std::string>& owners, std::mt19937_64& random) {
  for (;;) {
    std::string owner = some_owner(random);
    if (owners.insert(owner).second) return owner;
  }
}

void append_entries(std::string& text, const Entries& entries) {
  for (const auto& [name, instant] : entries) {
    text += kEntryStart;
    text += name;
    text += ":\n";
    text += kInstantStart;
    text += instant;
    text += '\n';
  }
}

struct SplitConfig {
  std::string_view before;
  Entries entries;
  std::string_view after;
};

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

SplitConfig split_config(std::string_view config) {
  const std::size_t start = config.find(kSectionStart);
  if (start == std::string_view::npos) throw std::invalid_argument("no entries to change");
  SplitConfig split;
  split.before = config.substr(0, start + kSectionStart.size());
  std::string_view rest = config.substr(split.before.size());
  while (rest.starts_with(kEntryStart)) {
    std::string_view name = take_line(rest).substr(kEntryStart.size());
    name.remove_suffix(1);  // the colon
    const std::string_view instant = take_line(rest).substr(kInstantStart.size());
    split.entries.emplace_hint(split.entries.end(), name, instant);
  }
  split.after = rest;
  return split;
}

}  // namespace

std::string large_config(std::size_t entries, unsigned seed) {
  std::mt19937_64 random(seed);
  Entries written;
  std::set<std::string> owners;
  const std::size_t whole = entries * kWholeOwnerPercent / 100;
  for (std::size_t i = 0; i < whole; ++i) {
    const std::string owner = new_owner(owners, random);
    written[owner] = some_instant(random);
  }
  std::vector<std::string> with_repositories;
  const std::size_t owner_count = std::max<std::size_t>(1, entries / kEntriesPerOwner);
  for (std::size_t i = 0; i < owner_count; ++i) {
    with_repositories.push_back(new_owner(owners, random));
  }
  while (written.size() < entries) {
    const std::string& owner = with_repositories[skewed_below(random, owner_count)];
    const std::string name = owner + '/' + some_repository(random);
    written[name] = some_instant(random);
  }

  std::string text(kHeader);
  text += entries == 0 ? " {}\n" : "\n";
  append_entries(text, written);
  text += kFooter;
  return text;
}

std::string changed_config(const std::string& config, std::size_t changes, unsigned seed) {
  std::mt19937_64 random(seed);
  SplitConfig split = split_config(config);
  std::vector<std::string> names;
  for (const auto& [name, instant] : split.entries) names.push_back(name);
  std::vector<std::string> owners;
  for (const std::string& name : names) {
    if (name.find('/') != std::string::npos) owners.push_back(name.substr(0, name.find('/')));
  }
  const std::set<std::string> known(names.begin(), names.end());
  shuffle(names, random);

  const std::size_t rotated = std::min(changes * kRotatedPercent / 100, names.size());
  const std::size_t removed = std::min(changes * kRemovedPercent / 100, names.size() - rotated);
  const std::size_t added =
      changes - changes * kRotatedPercent / 100 - changes * kRemovedPercent / 100;
  for (std::size_t i = 0; i < rotated; ++i) {
    std::string& instant = split.entries.at(names[i]);
    instant = later_instant(instant, random);
  }
  for (std::size_t i = rotated; i < rotated + removed; ++i) split.entries.erase(names[i]);
  for (std::size_t count = 0; count < added;) {
    // A new organization has two hyphens, which none of large_config has.
    const std::string owner = owners.empty() ? some_owner(random) + "-new" : pick(random, owners);
    const std::string name = owner + '/' + some_repository(random);
    if (known.contains(name) || split.entries.contains(name)) continue;
    split.entries[name] = some_instant(random);
    ++count;
  }

  std::string text(split.before);
  append_entries(text, split.entries);
  text += split.after;
  return text;
}

}  // namespace hookplan::generate
