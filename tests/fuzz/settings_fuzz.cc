// SPDX-License-Identifier: Apache-2.0
// Any bytes as a settings file: no crash, and what is accepted is usable.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/config/settings.h"
#include "tests/fixtures/plans.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto settings =
      hookplan::read_settings(bytes, ".hookplan.yaml", hookplan::fixtures::types());
  if (!settings) return settings.error().first().hint.empty() ? (std::abort(), 0) : 0;
  for (const hookplan::RouteRule& rule : settings->routes) {
    const bool resolved = !rule.match.empty() && !rule.route.forge.type.empty() &&
                          !rule.route.receiver.type.empty() && !rule.route.url().empty();
    if (!resolved) std::abort();
    if (rule.route.url().find('@') < rule.route.url().find('/', 8)) std::abort();
  }
  hookplan::route_of(*settings, "foo/bar");
  return 0;
}
