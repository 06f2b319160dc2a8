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
#include "core/config/plugin_type.h"
#include "core/config/policy_settings.h"
#include "core/config/route.h"

namespace hookplan {

inline constexpr std::string_view kSettingsName = ".hookplan.yaml";
inline constexpr std::size_t kMaxSettingsBytes = std::size_t{1} << 20;

struct RouteRule {
  std::string match = {};  // see matches() in entry_name.h
  Route route = {};
};

struct Guards {
  std::int64_t most_removals = 5;
  std::int64_t most_removals_percent = 10;  // looked at from 20 entries on
  std::vector<std::string> protected_entries = {};
  bool allow_empty = false;
};

// How to log in to the systems of the routes, by the place of their part in the file:
// "forges.github", "receivers.prow", "receivers.prow.store". In no plan.
using Access = std::map<std::string, FieldMap, std::less<>>;

// How long old tokens may stay valid: a delivery or a call to a forge that is on its way arrives
// within the shortest.
inline constexpr std::chrono::seconds kMinOverlap{60};
inline constexpr std::chrono::seconds kMaxOverlap = std::chrono::days{365};

// What .hookplan.yaml says, or the defaults where there is none.
struct Settings {
  std::string config = {};             // path in the repository; empty: look for it
  std::vector<RouteRule> routes = {};  // first match wins
  std::chrono::seconds overlap = std::chrono::minutes{60};
  Guards guards = {};
  std::optional<PolicySettings> policy = {};
  Access access = {};
};

// Refuses with kind `config` and every reason found: unknown fields, types that are not served,
// wrong values, names that lead nowhere.
Result<Settings> read_settings(std::string_view bytes, std::string_view path,
                               const PluginTypes& types);

// The route of an entry; null pointer if no rule matches it.
const Route* route_of(const Settings& settings, std::string_view entry);

}  // namespace hookplan
