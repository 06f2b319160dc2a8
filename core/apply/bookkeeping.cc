// SPDX-License-Identifier: Apache-2.0
#include "core/apply/bookkeeping.h"

#include <algorithm>
#include <utility>

namespace hookplan {

std::vector<Error> Bookkeeping::record_reached() {
  std::vector<Error> errors;
  give_up_old_routes();
  for (StoreWork& store : agenda_.stores()) {
    if (store.error) continue;
    const Result<void> written =
        store.session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
          write_reached(store, edit);
          remember_left(store, edit.ledger);
          return {};
        });
    if (written) {
      mark_recorded(store);
    } else {
      errors.push_back(written.error());
    }
  }
  return errors;
}

std::vector<Error> Bookkeeping::finish() {
  std::vector<Error> errors;
  give_up_old_routes();
  for (StoreWork& store : agenda_.stores()) {
    if (store.error) continue;
    const Result<void> written =
        store.session.change(Step::drop_tokens, [&](StoreEdit& edit) -> Result<void> {
          write_reached(store, edit);
          dropping_.drop_due(store, edit);
          dropping_.retire_global(store, edit);
          remember_left(store, edit.ledger);
          name_plan(edit.ledger, is_plan_reached());
          return {};
        });
    if (written) {
      mark_recorded(store);
    } else {
      errors.push_back(written.error());
    }
  }
  std::ranges::move(forget_emptied(), std::back_inserter(errors));
  return errors;
}

// --- what was reached

void Bookkeeping::write_reached(const StoreWork& store, StoreEdit& edit) const {
  for (const Task& task : agenda_.tasks()) {
    if (task.store != &store || !task.reached || task.recorded) continue;
    if (!task.goal.wanted) {
      give_up(edit, task.goal, task.at);
      continue;
    }
    const auto record = edit.ledger.entries.find(task.goal.entry);
    if (record == edit.ledger.entries.end() || record->second.token != task.token) continue;
    if (!record->second.reached) record->second.reached = task.at;
    record->second.old_routes.clear();
  }
}

void Bookkeeping::mark_recorded(const StoreWork& store) {
  for (Task& task : agenda_.tasks()) {
    if (task.store == &store && task.reached) task.recorded = true;
  }
}

// Before anything else is recorded: what old stores must drop would be forgotten otherwise.
void Bookkeeping::give_up_old_routes() {
  for (StoreWork& store : agenda_.stores()) give_up_old_routes_in(store);
}

// Tokens that an entry had in another store than its own now.
void Bookkeeping::give_up_old_routes_in(StoreWork& store) {
  std::vector<Goal> goals;
  std::vector<Task*> tasks;
  for (Task& task : agenda_.tasks()) {
    if (!task.reached || task.recorded || task.store == &store) continue;
    const LedgerEntry* const record = task.store->session.record_of(task.goal.entry);
    const bool by_goal = !task.goal.wanted || record == nullptr;
    for (const Route& route : by_goal ? task.goal.old_routes : record->old_routes) {
      if (!agenda_.leads_to(route, store)) continue;
      Goal goal = task.goal;
      goal.wanted = false;
      goal.route = route;
      goals.push_back(std::move(goal));
      tasks.push_back(&task);
    }
  }
  if (goals.empty()) return;
  const Result<void> written =
      store.error ? Result<void>(*store.error)
                  : store.session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
                      const Instant now = context_.recorder.now();
                      for (const Goal& goal : goals) give_up(edit, goal, now);
                      return {};
                    });
  if (written) return;
  // They are not recorded as reached, so that the next run thinks of their old tokens again.
  for (Task* const task : tasks) {
    task->reached = false;
    task->end(Outcome::failed, Step::record, written.error());
  }
}

// --- stores that the config names no more

// Only a store that the next run will look at can remember those that nobody names.
void Bookkeeping::remember_left(const StoreWork& store, Ledger& ledger) const {
  if (!agenda_.is_current(store)) return;
  for (const StoreWork& other : agenda_.stores()) {
    if (agenda_.is_current(other) || !may_hold_something(other)) continue;
    const bool is_known = std::ranges::any_of(
        ledger.left_routes, [&](const Route& route) { return agenda_.leads_to(route, other); });
    if (!is_known) ledger.left_routes.push_back(other.route);
  }
}

bool Bookkeeping::may_hold_something(const StoreWork& store) const {
  if (store.error || holds_something(store)) return true;
  const auto leads_here = [&](const Route& route) { return agenda_.leads_to(route, store); };
  return std::ranges::any_of(agenda_.tasks(), [&](const Task& task) {
    return task.reached &&
           (task.store == &store || std::ranges::any_of(task.goal.old_routes, leads_here));
  });
}

bool Bookkeeping::holds_something(const StoreWork& store) {
  const Ledger& ledger = store.session.stored().ledger;
  return !ledger.entries.empty() || ledger.retires_global;
}

std::vector<Error> Bookkeeping::forget_emptied() {
  std::vector<Error> errors;
  for (StoreWork& store : agenda_.stores()) {
    if (store.error || store.session.stored().ledger.left_routes.empty()) continue;
    const Result<void> written =
        store.session.change(Step::record, [&](StoreEdit& edit) -> Result<void> {
          std::erase_if(edit.ledger.left_routes,
                        [&](const Route& route) { return is_emptied(route); });
          return {};
        });
    if (!written) errors.push_back(written.error());
  }
  return errors;
}

// Looks again, and after the store that remembers was read: another run gives up tokens before it
// writes to that store, so either this sees them, or the write does not fit any more.
bool Bookkeeping::is_emptied(const Route& route) const {
  StoreWork* const store = agenda_.store_at(route);
  // Of what this build cannot open nobody knows whether it is empty.
  if (store == nullptr || store->error) return false;
  // One that the config names is looked at anyway.
  if (agenda_.is_current(*store)) return true;
  return store->session.refresh() && !holds_something(*store);
}

// --- the plan

bool Bookkeeping::is_plan_reached() const {
  return std::ranges::all_of(agenda_.tasks(), [&](const Task& task) {
    return !context_.work.plan || task.goal.plan != context_.work.plan->digest || task.is_at_goal();
  });
}

void Bookkeeping::name_plan(Ledger& ledger, bool finished) const {
  if (!context_.work.plan) return;
  const auto known =
      std::ranges::find(ledger.plans, context_.work.plan->digest, &LedgerPlan::digest);
  if (known != ledger.plans.end()) {
    // Unchanged where nothing changes: applying a plan again writes nothing.
    if (!finished || known->finished) return;
    known->finished = true;
    known->applied = context_.recorder.now();
    return;
  }
  LedgerPlan plan = *context_.work.plan;
  plan.applied = context_.recorder.now();
  plan.finished = finished;
  ledger.plans.push_back(std::move(plan));
  if (ledger.plans.size() > kMostLedgerPlans) ledger.plans.erase(ledger.plans.begin());
}

}  // namespace hookplan
