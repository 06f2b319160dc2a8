// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/removal_order.h"

#include "core/config/entry_name.h"

namespace hookplan {

RemovalOrder::RemovalOrder(const Agenda& agenda, const RunContext& context) {
  for (const Task& task : agenda.tasks()) {
    if (task.goal.wanted && !task.has_hook_right()) add(task.goal.entry);
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
  missing_.insert(entry);
  if (scope_of(entry) == Scope::repo) missing_in_.emplace(organization_of(entry), entry);
}

std::string RemovalOrder::blocker_of(const Goal& removal) const {
  if (missing_.contains(removal.entry)) return removal.entry;
  if (const auto repository = missing_in_.find(removal.entry); repository != missing_in_.end())
    return repository->second;
  for (const std::string& name : {removal.after, std::string(organization_of(removal.entry))}) {
    if (missing_.contains(name)) return name;
  }
  return {};
}

}  // namespace hookplan
