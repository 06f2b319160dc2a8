// SPDX-License-Identifier: Apache-2.0
#include "core/plan/route_list.h"

#include <algorithm>

#include <fmt/format.h>

namespace hookplan {
namespace {

std::string store_in_words(const Route& route) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : route.store) {
    if (name != "type") parts.push_back(fmt::format("{}={}", name, value));
  }
  const auto type = route.store.find("type");
  return fmt::format("{}{}{}", type == route.store.end() ? "no store" : type->second,
                     parts.empty() ? "" : " ", fmt::join(parts, " "));
}

}  // namespace

std::vector<UsedRoute> used_routes(const Plan& plan) {
  std::vector<UsedRoute> routes;
  for (const Change& change : plan.changes) {
    const Route* const before =
        change.before && change.before->route ? &*change.before->route : nullptr;
    const Route* after = change.after && change.after->route ? &*change.after->route : nullptr;
    if (before != nullptr && after != nullptr && *before == *after) after = nullptr;
    for (const Route* const route : {before, after}) {
      if (route == nullptr) continue;
      const auto known = std::ranges::find_if(
          routes, [&](const UsedRoute& each) { return *each.route == *route; });
      if (known == routes.end()) {
        routes.push_back({route, 1});
      } else {
        ++known->changes;
      }
    }
  }
  return routes;
}

std::string forge_in_words(const Route& route) {
  if (route.forge_api.empty()) return route.forge;
  return fmt::format("{} ({})", route.forge, route.forge_api);
}

std::string in_words(const Route& route) {
  return fmt::format("{} {}, events {}; hooks at {}; tokens in {}", route.receiver, route.url,
                     fmt::join(route.events, ", "), forge_in_words(route), store_in_words(route));
}

}  // namespace hookplan
