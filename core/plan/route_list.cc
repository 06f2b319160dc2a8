// SPDX-License-Identifier: Apache-2.0
#include "core/plan/route_list.h"

#include <algorithm>

#include <fmt/format.h>

namespace hookplan {
namespace {

std::string in_words(const Part& store) {
  std::vector<std::string> fields;
  for (const auto& [name, value] : store.fields) {
    if (!value.empty()) fields.push_back(fmt::format("{}={}", name, value));
  }
  return fmt::format("{}{}{}", store.type.empty() ? "no store" : store.type,
                     fields.empty() ? "" : " ", fmt::join(fields, " "));
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
  const std::string_view api = route.forge.field("api");
  if (api.empty()) return route.forge.name;
  return fmt::format("{} ({})", route.forge.name, api);
}

std::string in_words(const Route& route) {
  return fmt::format("{} {}, events {}; hooks at {}; tokens in {}", route.receiver.name,
                     route.url(), fmt::join(route.events, ", "), forge_in_words(route),
                     in_words(route.store));
}

}  // namespace hookplan
