// SPDX-License-Identifier: Apache-2.0
#include "core/apply/engine/dropping.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "core/config/entry_name.h"

namespace hookplan {

// What was reached by a clock that was ahead would keep superseded tokens, perhaps a leaked one,
// for as long as it was ahead. The overlap begins now, which is no earlier than it should. A plan
// is only applied while it is valid, so a run that has one knows that its own clock is right; any
// other may be the one that is behind.
void Dropping::correct_dates(StoreEdit& edit, Instant now) const {
  const std::vector<LedgerPlan>& plans = edit.ledger.plans;
  for (auto& [entry, record] : edit.ledger.entries) {
    const auto plan = std::ranges::find(plans, record.plan, &LedgerPlan::digest);
    const bool is_bound = !context_.work.plan && plan != plans.end();
    const Instant earliest = is_bound ? plan->created : kZeroInstant;
    if (record.reached && !is_credible(*record.reached, now, earliest))
      record.reached = std::max(now, earliest);
  }
  std::optional<Instant>& retired = edit.ledger.global_retired;
  if (retired && !is_credible(*retired, now)) retired = now;
}

void Dropping::drop_due(const StoreWork& store, StoreEdit& edit) const {
  const Instant now = context_.recorder.now();
  correct_dates(edit, now);
  const Loans loans = this->loans(store, edit);
  std::map<std::string_view, const Task*> tasks;
  for (const Task& task : agenda_.tasks()) {
    if (task.store == &store) tasks.emplace(task.goal.entry, &task);
  }
  std::vector<std::string> removed;
  std::vector<std::string> replaced;
  for (const auto& [entry, record] : edit.ledger.entries) {
    if (!is_due(record, now, context_.work.overlap) || context_.leaves_out(entry)) continue;
    if (loans.lenders.contains(entry)) continue;
    if (!record.wanted) {
      removed.push_back(entry);
    } else if (const auto task = tasks.find(entry); task != tasks.end()) {
      // An old proof is no proof: whatever happened to the hook since, it was set again just now.
      const bool proven = task->second->is_reached() && task->second->proof.token == record.token;
      if (proven || record.superseded.empty()) replaced.push_back(entry);
    }
  }
  // What a removed entry lent goes with it, so those come first.
  for (const std::vector<std::string>* const entries : {&removed, &replaced}) {
    for (const std::string& entry : *entries) {
      const Result<Systems> systems =
          context_.outside.systems_of(edit.ledger.entries.at(entry).route);
      if (systems && !hides_any(entry, loans.borrowers, systems->traits))
        drop_superseded(edit, entry, systems->traits);
    }
  }
}

// Deliveries of whom it hides are judged by its list.
bool Dropping::hides_any(const std::string& entry, const Names& names,
                         const ReceiverTraits& receiver) {
  return std::ranges::any_of(fallbacks(receiver.fallback, entry), [&](const std::string& hidden) {
    return hidden != kGlobalEntry && names.contains(hidden);
  });
}

Dropping::Loans Dropping::loans(const StoreWork& store, const StoreEdit& edit) const {
  const TokenMap& tokens = edit.tokens;
  Loans loans;
  const auto consider = [&](const std::string& entry, const Route& route) {
    if (tokens.find(entry) != tokens.end() || !agenda_.leads_to(route, store)) return;
    loans.borrowers.insert(entry);
    const Result<Systems> systems = context_.outside.systems_of(route);
    for (const std::string& name : fallbacks(systems->traits.fallback, entry)) {
      if (tokens.find(name) == tokens.end()) continue;
      loans.lenders.insert(name);
      return;
    }
  };
  const auto consider_all = [&](const std::string& entry, const std::vector<Route>& routes) {
    for (const Route& route : routes) consider(entry, route);
  };
  for (const ListedEntry& listed : context_.work.listed) {
    if (listed.route) consider(listed.entry, *listed.route);
  }
  for (const Task& task : agenda_.tasks()) {
    // Of what was removed deliveries may be on their way: its record counts below.
    if (!task.goal.wanted && task.has_hook_right()) continue;
    if (task.goal.route) consider(task.goal.entry, *task.goal.route);
    consider_all(task.goal.entry, task.goal.previous_routes);
    consider_all(task.goal.entry, task.goal.ledger_routes);
  }
  const Instant now = context_.recorder.now();
  const auto consider_records = [&](const Ledger& ledger) {
    for (const auto& [entry, record] : ledger.entries) {
      if (!record.wanted && is_due(record, now, context_.work.overlap)) continue;
      consider(entry, record.route);
      consider_all(entry, record.previous_routes);
    }
  };
  consider_records(edit.ledger);
  for (const StoreWork& other : agenda_.stores()) {
    if (!other.error && &other != &store) consider_records(other.session.stored().ledger);
  }
  return loans;
}

void Dropping::retire_global(const StoreWork& store, StoreEdit& edit) const {
  const Work& work = context_.work;
  std::optional<Instant>& retired = edit.ledger.global_retired;
  if (work.respects_global || edit.tokens.find(kGlobalEntry) == edit.tokens.end()) {
    retired.reset();
    edit.ledger.retires_global = false;
    return;
  }
  // Remembered, for a newer plan may come before this one is finished.
  edit.ledger.retires_global = edit.ledger.retires_global || work.retires_global;
  const bool all_reached = std::ranges::all_of(agenda_.tasks(), [&](const Task& task) {
    return task.store != &store || !task.goal.wanted || task.has_hook_right();
  });
  if (!all_reached || !context_.options.only.empty()) return;
  if (loans(store, edit).lenders.contains(kGlobalEntry)) return;
  const Instant now = context_.recorder.now();
  if (edit.ledger.retires_global && !retired) retired = now;
  if (retired && now >= Instant{retired->seconds + work.overlap.count(), retired->nanoseconds}) {
    edit.tokens.erase(edit.tokens.find(kGlobalEntry));
    edit.ledger.retires_global = false;
    retired.reset();
  }
}

}  // namespace hookplan
