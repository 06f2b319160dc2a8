// SPDX-License-Identifier: Apache-2.0
#include "core/config/route.h"

#include <algorithm>

namespace hookplan {

std::string_view Part::field(std::string_view field_name) const {
  const auto found = fields.find(field_name);
  return found == fields.end() ? std::string_view() : found->second;
}

bool are_on_other_services(const Route& one, const Route& other) {
  return std::ranges::any_of(one.forge.fields, [&](const auto& field) {
    const std::string_view theirs = other.forge.field(field.first);
    return !field.second.empty() && !theirs.empty() && field.second != theirs;
  });
}

}  // namespace hookplan
