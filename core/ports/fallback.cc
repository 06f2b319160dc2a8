// SPDX-License-Identifier: Apache-2.0
#include "core/ports/fallback.h"

namespace hookplan {

std::vector<std::string> fallbacks(FallbackRule rule, std::string_view entry) {
  if (rule == FallbackRule::none || entry == kGlobalEntry) return {};
  std::vector<std::string> entries;
  const std::size_t slash = entry.find('/');
  if (slash != std::string_view::npos) entries.emplace_back(entry.substr(0, slash));
  entries.emplace_back(kGlobalEntry);
  return entries;
}

const TokenList* accepted_tokens(const TokenMap& tokens, FallbackRule rule,
                                 std::string_view entry) {
  if (const auto own = tokens.find(entry); own != tokens.end()) return &own->second;
  for (const std::string& name : fallbacks(rule, entry)) {
    if (const auto found = tokens.find(name); found != tokens.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace hookplan
