// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace hookplan::generate {

// All instants of the models: 2000-01-01T00:00:00Z to 2025-12-31T23:59:59Z.
inline constexpr std::int64_t kFirstInstant = 946'684'800;
inline constexpr std::int64_t kLastInstant = 1'767'225'599;

// The meaning of a `managed_webhooks` section.
struct ConfigModel {
  bool respect_legacy_global_token = false;
  bool auto_accept_invitation = false;
  std::map<std::string, std::int64_t> entries;  // name -> Unix seconds of token_created_after

  bool operator==(const ConfigModel&) const = default;
};

// The names follow GitHub's grammar (`org` or `org/repo`); no two are equal when lower-cased, and
// no `org` stands beside an `org/repo` of the same organization, whatever the case of either.
// Organizations of different repositories may differ in case only, as people do write them.
ConfigModel random_model(std::mt19937_64& random, std::size_t entries);

enum class ExpectedKind {
  onboard,  // a new entry
  rotate,   // a later instant
  remove,   // the entry is gone
  relax,    // an earlier instant
};

struct ExpectedChange {
  ExpectedKind kind;
  std::string entry;

  auto operator<=>(const ExpectedChange&) const = default;
};

struct Mutation {
  ConfigModel after;
  std::vector<ExpectedChange> changes;  // sorted by entry
  bool respect_changed = false;
  bool invite_changed = false;
};

// 0..5 changes of entries, each entry at most once, and now and then of the booleans. An onboarded
// name collides with none of the names before, removed or not: not even in another case, nor as the
// organization of one.
Mutation random_change(const ConfigModel& before, std::mt19937_64& random);

// The grammar of the names; the writer and the tests rely on it.
bool is_entry_name(const std::string& name);

// Organization of a name, lower-cased.
std::string folded_owner(const std::string& name);

// ASCII only, which is all the grammar has.
std::string lower_cased(std::string text);

}  // namespace hookplan::generate
