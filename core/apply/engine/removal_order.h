// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/apply/engine/agenda.h"

namespace hookplan {

// What a removal has to wait for, so that no event is without a hook that sends it. Which hook
// sends which events is the forge's affair, whatever the receiver makes of names.
class RemovalOrder {
 public:
  // As things are now: what is reached later holds nothing up in it.
  RemovalOrder(const Agenda& agenda, const RunContext& context);

  // What must have reached its goal before the hook of the removed entry is deleted: the entry that
  // takes its place, and the organization or the repositories that the same events come from.
  // Empty: nothing.
  std::string blocker_of(const Goal& removal) const;

 private:
  // A run with --only began something of a plan and not all, and no ledger tells of the rest.
  static bool is_something_omitted(const Agenda& agenda);
  // What the config lists and no store has a token for: its hook cannot be there.
  void add_without_tokens(const Agenda& agenda, const std::vector<ListedEntry>& listed);
  void add(const std::string& entry);

  // Entries that are to have a hook and have not, and for their organizations one of each.
  std::set<std::string, std::less<>> missing_;
  std::map<std::string, std::string, std::less<>> missing_in_;
};

}  // namespace hookplan
