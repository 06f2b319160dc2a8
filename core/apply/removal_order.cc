// SPDX-License-Identifier: Apache-2.0
#include "core/apply/removal_order.h"

#include "core/config/entry_name.h"

namespace hookplan {

RemovalOrder::RemovalOrder(const Agenda& agenda, const RunContext& context) {
  for (const Task& task : agenda.tasks()) {
    if (task.goal.wanted && !task.is_at_goal()) add(task.goal.entry);
  }
  // Also those that this run leaves out.
  for (const StoreWork& store : agenda.stores()) {
    if (store.error) continue;
    for (const auto& [entry, record] : store.session.stored().ledger.entries) {
      if (record.wanted && !record.reached && context.leaves_out(entry)) add(entry);
    }
  }
}

void RemovalOrder::add(const std::string& entry) {
  missing_.emplace(entry, entry);
  if (scope_of(entry) == Scope::repo) missing_.emplace(organisation_of(entry), entry);
}

std::string RemovalOrder::blocker_of(const Goal& removal) const {
  const auto own = missing_.find(removal.entry);
  if (own != missing_.end()) return own->second;
  for (const std::string& name : {removal.after, std::string(organisation_of(removal.entry))}) {
    for (auto [at, end] = missing_.equal_range(name); at != end; ++at) {
      // Two repositories of one organisation have nothing to do with each other.
      if (at->second == name) return name;
    }
  }
  return {};
}

}  // namespace hookplan
