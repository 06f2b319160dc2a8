// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/lookup.h"

#include "core/config/entry_name.h"

namespace hookplan {

const TokenList* deciding(const TokenMap& tokens, std::string_view entry) {
  for (const std::string_view name : {entry, organisation_of(entry), kGlobalEntry}) {
    if (const auto found = tokens.find(name); found != tokens.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace hookplan
