// SPDX-License-Identifier: Apache-2.0
#include "plugins/prow/tokens.h"

#include "core/apply/token.h"
#include "core/base/random.h"

namespace hookplan {

Secret mint_prow_token() {
  constexpr std::size_t kTokenBytes = 20;
  return random_hex(kTokenBytes);
}

std::vector<std::string> prow_fallbacks(std::string_view entry) {
  if (entry == kGlobalEntry) return {};
  std::vector<std::string> entries;
  const std::size_t slash = entry.find('/');
  if (slash != std::string_view::npos) entries.emplace_back(entry.substr(0, slash));
  entries.emplace_back(kGlobalEntry);
  return entries;
}

}  // namespace hookplan
