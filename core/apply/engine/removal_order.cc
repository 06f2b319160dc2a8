// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/removal_order.h"

#include <algorithm>

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
  if (is_something_omitted(agenda)) add_without_tokens(agenda, context.work.listed);
}

bool RemovalOrder::is_something_omitted(const Agenda& agenda) {
  return std::ranges::any_of(agenda.stores(), [](const StoreWork& store) {
    return !store.error &&
           std::ranges::any_of(store.session.stored().ledger.plans, [](const LedgerPlan& plan) {
             return plan.omitted && !plan.finished;
           });
  });
}

void RemovalOrder::add_without_tokens(const Agenda& agenda,
                                      const std::vector<ListedEntry>& listed) {
  const auto has_tokens = [&](const std::string& entry) {
    return std::ranges::any_of(agenda.stores(), [&](const StoreWork& store) {
      if (store.error) return true;  // nobody knows
      const auto list = store.session.stored().tokens.find(entry);
      return list != store.session.stored().tokens.end() && !list->second.empty();
    });
  };
  for (const ListedEntry& each : listed) {
    if (!has_tokens(each.entry)) add(each.entry);
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
